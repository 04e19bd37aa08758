package no.delingsruter.store;

import static no.delingsruter.store.StoreException.guarded;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import no.delingsruter.model.Account;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import no.delingsruter.support.SteadyClock;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checkpoints and pending lookups. All methods take part in the transaction of the calling thread, if there is one.
 * Failures are {@link StoreException}s.
 */
public final class Store {
    private static final String KEY = PendingRows.KEY;
    /** Not "is not null": H2 would begin with all the keys of the index for which nothing is pending. */
    private static final String PENDING = "due_at >= ?";

    public static final String NOTHING_PENDING =
            "due_at = null, events = 0, identity_change = false, hendelse = null, attempts = 0, last_failure = null";
    /**
     * Ordered by all columns of the index: only then does H2 read the first rows of it instead of sorting all that are due. A
     * subquery and no join: PostgreSQL would go on reading all of a table that was small when the join was planned.
     */
    private static final String TAKE = """
            select p.identifikator, p.gjelder_periode, p.qualifier, p.snapshot, p.first_sekvensnummer, p.latest_sekvensnummer,
                p.events, p.identity_change, p.hendelse, p.revision, p.attempts,
                case when p.snapshot = 0 then p.version || ' ' || p.outcome || ' ' || p.payload_hash
                    else (select d.version || ' ' || d.outcome || ' ' || d.payload_hash from lookup_state d where d.service = p.service
                        and d.organisation = p.organisation and d.lookup = p.lookup and d.identifikator = p.identifikator
                        and d.gjelder_periode = p.gjelder_periode and d.qualifier = p.qualifier and d.snapshot = 0) end as delivered,
                exists (select 1 from parked x where x.service = p.service and x.organisation = p.organisation
                    and x.lookup = p.lookup and x.identifikator = p.identifikator and x.gjelder_periode = p.gjelder_periode
                    and x.discarded_at is null) as parked
            from lookup_state p
            where p.service = ? and p.organisation = ? and p.lookup = ? and p.due_at >= ? and p.due_at <= ?
                and (p.snapshot = 0 or not exists (select 1 from lookup_state e where e.service = p.service
                    and e.organisation = p.organisation and e.lookup = p.lookup and e.identifikator = p.identifikator
                    and e.gjelder_periode = p.gjelder_periode and e.qualifier = p.qualifier and e.snapshot < p.snapshot
                    and e.due_at is not null))
            order by p.service, p.organisation, p.lookup, p.due_at, p.first_sekvensnummer fetch first ? rows only""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final PendingRows rows;
    private final Books books;
    private final Endings endings;
    private final Positions positions;
    private final Fence fence;

    /** @param dataSource of the transactions that {@code transactions} begins */
    public Store(DataSource dataSource, TransactionTemplate transactions) {
        this(dataSource, transactions, Fence.NONE);
    }

    /** @param fence between what was begun under a lease and its end */
    public Store(DataSource dataSource, TransactionTemplate transactions, Fence fence) {
        this.fence = fence;
        this.jdbc = new JdbcTemplate(dataSource);
        this.transactions = transactions;
        this.rows = new PendingRows(jdbc);
        this.books = new Books(jdbc);
        this.endings = new Endings(this, jdbc, fence.condition());
        this.positions = new Positions(jdbc);
    }

    public Books books() {
        return books;
    }

    /** Of the lease that this instance has for a service and organisation; of no meaning where one process alone works on the store. */
    public long epoch(String service, String organisation) {
        return fence.epoch(service, organisation);
    }

    public Positions positions() {
        return positions;
    }

    /** See {@link Positions#of}. */
    public OptionalLong checkpoint(String service, String organisation) {
        return positions.of(service, organisation);
    }

    /**
     * Stores what a page asked for and moves the checkpoint past it, both or neither.
     *
     * @param from    the checkpoint the page was read from, empty for none
     * @param to      the new checkpoint
     * @param seen    what the list's reader wants to know again; null for what it wanted before
     * @param lookups one for each key
     * @param epoch   of the lease that the page was asked for under
     * @return false, with nothing stored, when the checkpoint is no longer {@code from}, or another instance has the list now
     */
    public boolean commitPage(
            String service,
            String organisation,
            OptionalLong from,
            long to,
            String seen,
            Collection<PendingLookup> lookups,
            Collection<ParkedEvent> parked,
            long epoch) {
        return guarded(
                "A page of " + service + " cannot be stored",
                () -> transactions.execute(status -> {
                    if (!positions.advance(service, organisation, from, to, seen, fence, epoch)) {
                        status.setRollbackOnly();
                        return false;
                    }
                    rows.add(lookups);
                    for (ParkedEvent event : parked) {
                        Parked.insert(jdbc, event);
                    }
                    return true;
                }));
    }

    /** Makes lookups pending that no event asks for. */
    public void add(Collection<PendingLookup> lookups) {
        guarded(
                "Lookups cannot be stored",
                () -> transactions.execute(status -> {
                    rows.add(lookups);
                    lookups.forEach(lookup -> enter(lookup, Account.FIRST, lookup.events()));
                    return null;
                }));
    }

    /** What the clock says by which lookups are due: the store's, for those of several instances may differ by hours. */
    public Instant now() {
        return guarded(
                "The store's clock cannot be read",
                () -> jdbc.queryForObject("select current_timestamp", OffsetDateTime.class)
                        .toInstant());
    }

    /**
     * Lookups that are due, in event order; at most {@code limit}.
     *
     * @param now see {@link #now()}
     */
    public List<PendingLookup> due(String service, String organisation, String lookup, Instant now, int limit) {
        return due(service, organisation, lookup, Times.EVER, now, limit);
    }

    /** Likewise those that an operation asks for, and that come after all that events ask for. */
    public List<PendingLookup> dueLater(String service, String organisation, String lookup, Instant now, int limit) {
        return due(service, organisation, lookup, Times.LATER_FROM, now.plus(Times.LATER), limit);
    }

    private List<PendingLookup> due(
            String service, String organisation, String lookup, OffsetDateTime from, Instant now, int limit) {
        long epoch = epoch(service, organisation);
        return guarded(
                "Pending lookups cannot be read",
                () -> jdbc.query(
                        TAKE,
                        (row, number) -> pending(service, organisation, lookup, row, epoch),
                        service,
                        organisation,
                        lookup,
                        from,
                        Times.at(now),
                        limit));
    }

    /** The lookup as it is now, with the events that have joined it; null when it is no longer there. */
    public PendingLookup reread(PendingLookup lookup) {
        return guarded(
                "Pending lookups cannot be read",
                () -> jdbc.query(
                        "select latest_sekvensnummer, events, identity_change,"
                                + " hendelse, revision, attempts from lookup_state where due_at is not null and " + KEY,
                        row -> row.next()
                                ? new PendingLookup(
                                        lookup.key(),
                                        lookup.firstSekvensnummer(),
                                        row.getLong(1),
                                        row.getInt(2),
                                        row.getBoolean(3),
                                        row.getString(4),
                                        row.getInt(5),
                                        row.getInt(6),
                                        lookup.last(),
                                        lookup.parked(),
                                        lookup.epoch())
                                : null,
                        around(lookup.key())));
    }

    /** When it is due, null when it is not pending. */
    public @Nullable Instant dueAt(LookupKey key) {
        return guarded("Pending lookups cannot be read", () -> {
            List<OffsetDateTime> due = jdbc.queryForList(
                    "select due_at from lookup_state where due_at is not null and " + KEY,
                    OffsetDateTime.class,
                    around(key));
            return due.isEmpty() ? null : due.get(0).toInstant();
        });
    }

    /** When the next lookup is due, null when none is pending. */
    public Instant nextDue(String service, String organisation, String lookup) {
        return nextDue(service, organisation, lookup, Times.EVER);
    }

    /** When the next lookup is due of those that are not due yet, null for none. */
    public Instant nextDue(String service, String organisation, String lookup, Instant after) {
        return nextDue(service, organisation, lookup, Times.at(after));
    }

    private Instant nextDue(String service, String organisation, String lookup, OffsetDateTime from) {
        return guarded("Pending lookups cannot be read", () -> {
            List<OffsetDateTime> next = jdbc.queryForList(
                    "select due_at from lookup_state where service = ? and organisation = ?" + " and lookup = ? and "
                            + PENDING + " order by service, organisation, lookup, due_at fetch first 1 row only",
                    OffsetDateTime.class,
                    service,
                    organisation,
                    lookup,
                    from);
            return next.isEmpty() ? null : next.get(0).toInstant();
        });
    }

    /**
     * Whether the lookup is pending as it was then.
     *
     * @param at  when it was answered; a lookup that was asked for later is another one
     */
    public boolean waitsFor(LookupKey key, long latestSekvensnummer, int revision, Instant at, @Nullable Instant due) {
        long answered = Times.after(Instant.now(), at);
        return guarded(
                "Pending lookups cannot be read",
                () -> !jdbc.queryForList(
                                "select 1 from lookup_state where " + KEY
                                        + " and latest_sekvensnummer = ? and revision = ?"
                                        + " and (due_at <= " + Times.AFTER_NOW
                                        + " or due_at = ? or due_at between ? and " + Times.LATER_AFTER_NOW + ")",
                                Integer.class,
                                around(
                                        key,
                                        new Object[0],
                                        latestSekvensnummer,
                                        revision,
                                        answered,
                                        Times.at(due == null ? at : due),
                                        Times.LATER_FROM,
                                        answered))
                        .isEmpty());
    }

    /** How many lookups are pending. */
    public long pending(String service, String organisation, String lookup) {
        return guarded(
                "Pending lookups cannot be counted",
                () -> new PendingCount(jdbc)
                        .of(new Scope(service, organisation, lookup))
                        .amount());
    }

    /** How many events are parked and not discarded. */
    public long parked(String service, String organisation) {
        return guarded(
                "Parked events cannot be counted",
                () -> jdbc.queryForObject(
                        "select count(*) from parked where service = ? and organisation = ? and discarded_at is null",
                        Long.class,
                        service,
                        organisation));
    }

    /**
     * Lookups are done, all of them or none, in the transaction of the calling thread: nothing is pending for their keys any more, unless
     * an event joined one meanwhile; then it stays, due.
     *
     * @throws RemovedException when one is not pending any more: nothing of its result may be kept
     */
    public void done(Collection<Ending> endings) {
        guarded("A result cannot be stored", () -> {
            this.endings.end(endings);
            return null;
        });
    }

    /** Likewise one, whose statements have been written. */
    public void done(PendingLookup lookup, PendingLookup.Delivered delivered, Done how) {
        done(List.of(new Ending(lookup, delivered, how, List.of())));
    }

    /** Writes what a result brings with it, in the transaction of the calling thread. */
    public void write(List<ResultStatement> statements) {
        endings.write(statements);
    }

    void enter(PendingLookup lookup, String account, long amount) {
        books.enter(lookup.key().service(), lookup.key().organisation(), account, amount);
    }

    void supersede(PendingLookup lookup) {
        enter(
                lookup,
                Account.SUPERSEDED,
                jdbc.update("delete from parked where discarded_at is null and " + KEY, around(lookup.key())));
    }

    /** Nobody wants the lookup any more. */
    public void drop(PendingLookup lookup) {
        guarded(
                "A pending lookup cannot be removed",
                () -> transactions.execute(status -> {
                    enter(lookup, Account.REMOVED, rest(lookup) ? lookup.events() : 0);
                    return null;
                }));
    }

    /** The lookup failed and is due again at {@code due}. */
    public void failed(PendingLookup lookup, Instant due, int attempts, String reason) {
        long left = Times.after(SteadyClock.now(), due);
        guarded(
                "A failed lookup cannot be given back",
                () -> jdbc.update(
                        "update lookup_state set due_at = case when due_at >= ? then " + Times.LATER_AFTER_NOW
                                + " else " + Times.AFTER_NOW + " end, attempts = ?, last_failure = ? where "
                                + KEY
                                + " and due_at is not null" + fence.condition(),
                        around(
                                lookup.key(),
                                new Object[] {Times.LATER_FROM, left, left, attempts, reason},
                                fenced(lookup))));
    }

    /** The lookup is set aside; a newer event of the key that came meanwhile stays pending. */
    public void park(PendingLookup lookup, ParkedEvent parked) {
        guarded(
                "A lookup cannot be parked",
                () -> transactions.execute(status -> {
                    // What nobody wants any more must not come back as parked
                    if (rest(lookup)
                            || jdbc.update(
                                            "update lookup_state set events = greatest(0, events - ?), attempts = 0 where "
                                                    + KEY + " and due_at is not null" + fence.condition(),
                                            around(lookup.key(), new Object[] {lookup.events()}, fenced(lookup)))
                                    > 0) {
                        supersede(lookup);
                        enter(lookup, Account.COALESCED, lookup.events() - 1);
                        Parked.insert(jdbc, parked);
                    }
                    return null;
                }));
    }

    /**
     * Nothing is pending for the key, and nothing is kept of one of which nothing was delivered.
     *
     * @return false when an event has joined it
     */
    boolean rest(PendingLookup lookup) {
        String unchanged = KEY + " and revision = ? and due_at is not null" + fence.condition();
        Object[] values = around(lookup.key(), new Object[0], fenced(lookup, lookup.revision()));
        return jdbc.update("delete from lookup_state where version is null and " + unchanged, values)
                        + jdbc.update("update lookup_state set " + NOTHING_PENDING + " where " + unchanged, values)
                > 0;
    }

    /** What a condition on a lookup ends with, and then the fence's values. */
    Object[] fenced(PendingLookup lookup, Object... before) {
        LookupKey key = lookup.key();
        return and(fence.values(key.service(), key.organisation(), lookup.epoch()), before);
    }

    static Object[] and(Object[] after, Object... before) {
        return Stream.concat(Arrays.stream(before), Arrays.stream(after)).toArray();
    }

    private static PendingLookup pending(String service, String organisation, String lookup, ResultSet row, long epoch)
            throws SQLException {
        LookupKey key = new LookupKey(
                service, organisation, lookup, row.getString(1), row.getString(2), row.getString(3), row.getLong(4));
        String last = row.getString(12);
        return new PendingLookup(
                key,
                row.getLong(5),
                row.getLong(6),
                row.getInt(7),
                row.getBoolean(8),
                row.getString(9),
                row.getInt(10),
                row.getInt(11),
                last == null ? null : delivered(last.split(" ")),
                row.getBoolean(13),
                epoch);
    }

    private static PendingLookup.Delivered delivered(String[] parts) {
        return new PendingLookup.Delivered(Integer.parseInt(parts[0]), parts[1], parts[2]);
    }

    /** A key's columns, as all statements have them, between other values. */
    static Object[] around(LookupKey key, Object[] before, Object... after) {
        List<Object> all = new ArrayList<>(Arrays.asList(before));
        all.addAll(List.of(
                key.service(),
                key.organisation(),
                key.lookup(),
                key.identifikator(),
                key.gjelderPeriode(),
                key.qualifier(),
                key.snapshot()));
        all.addAll(Arrays.asList(after));
        return all.toArray();
    }

    private static Object[] around(LookupKey key) {
        return around(key, new Object[0]);
    }

    /** The pending lookup is not there any more, or not this instance's: its key was removed from the watch list, or its lease ended. */
    public static final class RemovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RemovedException() {
            super("the lookup was removed while it was under way", null, false, false);
        }
    }
}

package no.delingsruter.store;

import static no.delingsruter.store.StoreException.guarded;

import java.time.Instant;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checkpoints and pending lookups. All methods take part in the transaction of the calling thread, if there is one.
 * Failures are {@link StoreException}s.
 */
public final class Store {
    private static final String KEY = PendingRows.KEY;
    public static final String NOTHING_PENDING =
            "due_at = null, events = 0, identity_change = false, hendelse = null, attempts = 0, last_failure = null";
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final PendingRows rows;
    private final DueRows due;
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
        this.due = new DueRows(jdbc, fence);
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

    /** What is due, when the next one is, and how one stands now. */
    public DueRows dueRows() {
        return due;
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
                jdbc.update(
                        "delete from parked where discarded_at is null and " + KEY,
                        around(lookup.key(), new Object[0])));
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

    /** The pending lookup is not there any more, or not this instance's: its key was removed from the watch list, or its lease ended. */
    public static final class RemovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RemovedException() {
            super("the lookup was removed while it was under way", null, false, false);
        }
    }
}

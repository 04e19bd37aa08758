package no.delingsruter.store;

import static no.delingsruter.store.StoreException.guarded;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads what is pending: what is due, when the next one is, and how one stands now. Failures are {@link StoreException}s. */
public final class DueRows {
    private static final Object[] NONE = {};
    /** Not "is not null": H2 would begin with all the keys of the index for which nothing is pending. */
    private static final String PENDING = "due_at >= ?";

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
    private final Fence fence;

    /** @param fence whose epochs the lookups carry */
    DueRows(JdbcTemplate jdbc, Fence fence) {
        this.jdbc = jdbc;
        this.fence = fence;
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
        long epoch = fence.epoch(service, organisation);
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
                                + " hendelse, revision, attempts from lookup_state where due_at is not null and "
                                + PendingRows.KEY,
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
                        Store.around(lookup.key(), NONE)));
    }

    /** When it is due, null when it is not pending. */
    public @Nullable Instant dueAt(LookupKey key) {
        return guarded("Pending lookups cannot be read", () -> {
            List<OffsetDateTime> due = jdbc.queryForList(
                    "select due_at from lookup_state where due_at is not null and " + PendingRows.KEY,
                    OffsetDateTime.class,
                    Store.around(key, NONE));
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
     * @param at when it was answered; a lookup that was asked for later is another one
     */
    public boolean waitsFor(LookupKey key, long latestSekvensnummer, int revision, Instant at, @Nullable Instant due) {
        long answered = Times.after(Instant.now(), at);
        return guarded(
                "Pending lookups cannot be read",
                () -> !jdbc.queryForList(
                                "select 1 from lookup_state where " + PendingRows.KEY
                                        + " and latest_sekvensnummer = ? and revision = ?"
                                        + " and (due_at <= " + Times.AFTER_NOW
                                        + " or due_at = ? or due_at between ? and " + Times.LATER_AFTER_NOW + ")",
                                Integer.class,
                                Store.around(
                                        key,
                                        NONE,
                                        latestSekvensnummer,
                                        revision,
                                        answered,
                                        Times.at(due == null ? at : due),
                                        Times.LATER_FROM,
                                        answered))
                        .isEmpty());
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
}

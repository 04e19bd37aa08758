package no.delingsruter.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts what is pending a part at a time, so that no statement takes long, however much it is. Exact while nothing changes. */
final class PendingCount {
    private static final String FROM =
            " from lookup_state where service = ? and organisation = ? and lookup = ? and due_at >= ? and (due_at, first_sekvensnummer) >= (?, ?)";
    private static final String REST = "select count(*), min(due_at)" + FROM;
    private static final String PART = REST + " and due_at <= ? and (due_at, first_sekvensnummer) < (?, ?)";
    /** Ordered by all columns of the index, for H2. */
    private static final String NEXT = "select due_at, first_sekvensnummer" + FROM
            + " order by service, organisation, lookup, due_at, first_sekvensnummer offset ? rows fetch next 1 row only";

    private static final Place BEGINNING = new Place(Store.EVER, Long.MIN_VALUE);

    private final JdbcTemplate jdbc;
    private final int part;

    PendingCount(JdbcTemplate jdbc) {
        this(jdbc, 10_000);
    }

    /** @param part how many at a time */
    PendingCount(JdbcTemplate jdbc, int part) {
        this.jdbc = jdbc;
        this.part = part;
    }

    /** @param due of the first of them; null for none */
    record Count(long amount, @Nullable Instant due) {}

    /** In the order of the index. */
    private record Place(OffsetDateTime due, long sekvensnummer) {}

    Count of(Scope lane) {
        Place from = BEGINNING;
        Count counted = new Count(0, null);
        for (Place next = next(lane, from); next != null && !next.equals(from); next = next(lane, from)) {
            counted = plus(counted, count(PART, lane, from, next.due, next.due, next.sekvensnummer));
            from = next;
        }
        return plus(counted, count(REST, lane, from));
    }

    private static Count plus(Count first, Count more) {
        return new Count(first.amount + more.amount, first.due == null ? more.due : first.due);
    }

    private @Nullable Place next(Scope lane, Place from) {
        List<Place> found = jdbc.query(
                NEXT,
                (row, number) -> new Place(row.getObject(1, OffsetDateTime.class), row.getLong(2)),
                values(lane, from, part));
        return found.isEmpty() ? null : found.get(0);
    }

    private Count count(String query, Scope lane, Place from, Object... more) {
        return jdbc.queryForObject(
                query,
                (row, number) -> {
                    OffsetDateTime due = row.getObject(2, OffsetDateTime.class);
                    return new Count(row.getLong(1), due == null ? null : due.toInstant());
                },
                values(lane, from, more));
    }

    private static Object[] values(Scope lane, Place from, Object... more) {
        Object[] values = new Object[6 + more.length];
        System.arraycopy(
                new Object[] {lane.service(), lane.organisation(), lane.lookup(), from.due, from.due, from.sekvensnummer
                },
                0,
                values,
                0,
                6);
        System.arraycopy(more, 0, values, 6, more.length);
        return values;
    }
}

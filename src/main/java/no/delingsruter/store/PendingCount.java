package no.delingsruter.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.stream.Stream;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Counts what is pending a part at a time, so that no statement takes long, however much it is and however much of it is due at the same
 * moment. Exact while nothing changes.
 */
final class PendingCount {
    private static final String FROM = " from lookup_state where service = ? and organisation = ? and lookup = ?";
    /** Each of these is a range of the index, for H2 as well: it reads all of a moment for {@code (due_at, first_sekvensnummer) >= (?, ?)}. */
    private static final String AT = FROM + " and due_at = ? and first_sekvensnummer >= ?";

    private static final String LATER = FROM + " and due_at > ?";
    private static final String COUNT = "select count(*), min(due_at)";
    /** Ordered by all columns of the index, for H2. */
    private static final String NEXT =
            " order by service, organisation, lookup, due_at, first_sekvensnummer offset ? rows fetch next 1 row only";

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

    Count of(Scope lane) {
        Count counted = new Count(0, null);
        OffsetDateTime due = Times.EVER;
        for (OffsetDateTime next = later(lane, due); next != null; next = later(lane, due)) {
            counted = plus(counted, count(LATER + " and due_at < ?", lane, due, next));
            counted = plus(counted, at(lane, next));
            due = next;
        }
        return plus(counted, count(LATER, lane, due));
    }

    /** What is due at that moment. */
    private Count at(Scope lane, OffsetDateTime due) {
        Count counted = new Count(0, null);
        Long from = Long.MIN_VALUE;
        for (Long next = next(lane, due, from); next != null && !next.equals(from); next = next(lane, due, from)) {
            counted = plus(counted, count(AT + " and first_sekvensnummer < ?", lane, due, from, next));
            from = next;
        }
        return plus(counted, count(AT, lane, due, from));
    }

    private static Count plus(Count first, Count more) {
        return new Count(first.amount + more.amount, first.due == null ? more.due : first.due);
    }

    private @Nullable OffsetDateTime later(Scope lane, OffsetDateTime due) {
        return first("select due_at" + LATER + NEXT, OffsetDateTime.class, values(lane, due, part));
    }

    private @Nullable Long next(Scope lane, OffsetDateTime due, long from) {
        return first("select first_sekvensnummer" + AT + NEXT, Long.class, values(lane, due, from, part));
    }

    private <T> @Nullable T first(String query, Class<T> type, Object... values) {
        return jdbc.query(query, (row, number) -> row.getObject(1, type), values).stream()
                .findFirst()
                .orElse(null);
    }

    private Count count(String where, Scope lane, Object... more) {
        return jdbc.queryForObject(
                COUNT + where,
                (row, number) -> {
                    OffsetDateTime due = row.getObject(2, OffsetDateTime.class);
                    return new Count(row.getLong(1), due == null ? null : due.toInstant());
                },
                values(lane, more));
    }

    private static Object[] values(Scope lane, Object... more) {
        return Stream.concat(Stream.of(lane.service(), lane.organisation(), lane.lookup()), Stream.of(more))
                .toArray();
    }
}

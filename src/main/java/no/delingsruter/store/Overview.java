package no.delingsruter.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** How far each event list and its lookups have come, in one look at each table. */
public final class Overview {
    private final JdbcTemplate jdbc;

    public Overview(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** What the store knows of one service and organisation. */
    public static final class Row {
        /** The last number that was read, and when; null when nothing was. */
        public @Nullable Long position;

        public @Nullable Instant moved;
        public long pending;
        /** Since when the lookup that waits longest could have been made, or when the next one is due; null when none is pending. */
        public @Nullable Instant due;

        public long parked;
    }

    /**
     * By service and organisation; without those of which the store knows nothing.
     *
     * @throws StoreException when the store is away
     */
    public Map<Scope, Row> rows() {
        Map<Scope, Row> rows = new LinkedHashMap<>();
        BiFunction<String, String, Row> row =
                (service, organisation) -> rows.computeIfAbsent(new Scope(service, organisation, ""), any -> new Row());
        return StoreException.guarded("How far everything has come cannot be read", () -> {
            each("select service, organisation, sekvensnummer, updated_at from checkpoint", row, (found, values) -> {
                found.position = values.number();
                found.moved = values.time();
            });
            each(
                    "select service, organisation, count(*), min(due_at) from lookup_state where due_at is not null"
                            + " group by service, organisation",
                    row,
                    (found, values) -> {
                        found.pending = values.number();
                        found.due = values.time();
                    });
            each(
                    "select service, organisation, count(*), max(parked_at) from parked where discarded_at is null"
                            + " group by service, organisation",
                    row,
                    (found, values) -> found.parked = values.number());
            return rows;
        });
    }

    private record Values(long number, Instant time) {}

    private void each(String query, BiFunction<String, String, Row> row, BiConsumer<Row, Values> into) {
        jdbc.query(query, result -> {
            into.accept(
                    row.apply(result.getString(1), result.getString(2)),
                    new Values(
                            result.getLong(3),
                            result.getObject(4, OffsetDateTime.class).toInstant()));
        });
    }
}

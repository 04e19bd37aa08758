package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** All that the store knows of one person or organisation. Failures are {@link StoreException}s. */
public final class PersonRows {
    private static final String OF =
            " where identifikator = ? and service = ? and organisation = ? and lookup = ? order by gjelder_periode, qualifier";

    private final JdbcTemplate jdbc;

    public PersonRows(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /**
     * A key that events have asked about.
     *
     * @param due     null when nothing is pending
     * @param later   whether an operation asks for it, so that it comes after all that events ask for
     * @param version of the last result; null when there is none
     * @param outcome of it; null for none
     */
    public record Key(
            String period,
            long latest,
            int events,
            int attempts,
            @Nullable Instant due,
            boolean later,
            @Nullable String lastFailure,
            @Nullable Integer version,
            @Nullable String outcome) {}

    /** A parked event. */
    public record Aside(
            long id, String period, long sekvensnummer, String reason, int attempts, Instant at, boolean discarded) {}

    /** The newest result in the store. */
    public record Held(
            String period, long sekvensnummer, int version, String outcome, boolean incomplete, Instant fetchedAt) {}

    /** A key that an operation has still to see to. */
    public record Planned(long operation, String period, String state) {}

    public List<Key> keys(String identifikator, Scope lane) {
        return query(
                "select gjelder_periode, latest_sekvensnummer, events, attempts, due_at, last_failure, version, outcome from lookup_state"
                        + OF,
                PersonRows::key,
                identifikator,
                lane);
    }

    /** Also what was parked before any lookup, for all lookups of the service. */
    public List<Aside> parked(String identifikator, Scope lane) {
        return query(
                "select id, gjelder_periode, sekvensnummer, reason, attempts, parked_at, discarded_at from parked"
                        + OF.replace("lookup = ?", "(lookup = ? or lookup = '')"),
                row -> new Aside(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getInt(5),
                        instant(row, "parked_at"),
                        row.getObject("discarded_at") != null),
                identifikator,
                lane);
    }

    public List<Held> results(String identifikator, Scope lane) {
        return query(
                "select gjelder_periode, sekvensnummer, version, outcome, incomplete, fetched_at from result" + OF,
                row -> new Held(
                        row.getString(1),
                        row.getLong(2),
                        row.getInt(3),
                        row.getString(4),
                        row.getBoolean(5),
                        instant(row, "fetched_at")),
                identifikator,
                lane);
    }

    public List<Planned> planned(String identifikator, Scope lane) {
        return query(
                "select operation, gjelder_periode, state from operation_key" + OF,
                row -> new Planned(row.getLong(1), row.getString(2), row.getString(3)),
                identifikator,
                lane);
    }

    /** The periods that are watched; an empty one means all. */
    public List<String> watched(String identifikator, Scope lane) {
        return guarded(() -> jdbc.queryForList(
                "select gjelder_periode from watch where identifikator = ? and service = ? and organisation = ? and action is null",
                String.class,
                identifikator,
                lane.service(),
                lane.organisation()));
    }

    /** Every list that anything was ever kept of, whether its service still runs or not. */
    public List<Scope> lists() {
        return StoreException.guarded(
                "What was read cannot be told",
                () -> jdbc.query(
                        "select service, organisation from checkpoint union select service, organisation from books",
                        (row, number) -> new Scope(row.getString(1), row.getString(2), "")));
    }

    /** Marks all that is held of a person for the watch list, which erases it: whatever the period, and though nobody watches. */
    public void erase(String identifikator, Scope list) {
        StoreException.guarded("The watch list cannot be written", () -> {
            jdbc.update(
                    "update watch set action = 'erase' where identifikator = ? and service = ? and organisation = ?",
                    identifikator,
                    list.service(),
                    list.organisation());
            return jdbc.update(
                    "insert into watch (service, organisation, identifikator, gjelder_periode, qualifier, action)"
                            + " select cast(? as varchar), cast(? as varchar), cast(? as varchar), '', '', 'erase'"
                            + " where not exists (select 1 from watch where service = ? and organisation = ?"
                            + " and identifikator = ? and gjelder_periode = '' and qualifier = '')",
                    list.service(),
                    list.organisation(),
                    identifikator,
                    list.service(),
                    list.organisation(),
                    identifikator);
        });
    }

    private static Key key(ResultSet row) throws SQLException {
        Instant due = Times.of(row, "due_at");
        boolean later = due != null && !due.isBefore(Times.LATER_FROM.toInstant());
        return new Key(
                row.getString(1),
                row.getLong(2),
                row.getInt(3),
                row.getInt(4),
                due == null || !later ? due : due.minus(Times.LATER),
                later,
                row.getString(6),
                (Integer) row.getObject(7),
                row.getString(8));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Instant found = Times.of(row, column);
        return found == null ? Instant.EPOCH : found;
    }

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Row<T> of, String identifikator, Scope lane) {
        return guarded(() -> jdbc.query(
                sql, (row, number) -> of.of(row), identifikator, lane.service(), lane.organisation(), lane.lookup()));
    }

    private static <T> T guarded(Supplier<T> work) {
        return StoreException.guarded("What is known of a person cannot be read", work);
    }
}

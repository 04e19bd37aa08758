package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which states are in force. All methods take part in the transaction of the calling thread. Failures are {@link StoreException}s. */
public final class LaneStateTable {
    private static final String COVERED =
            " where (service = ? or '' = ?) and (organisation = ? or '' = ?) and (lookup = ? or '' = ?)";

    private final JdbcTemplate jdbc;

    public LaneStateTable(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    public List<Directive> read() {
        return StoreException.guarded(
                "The states of the services cannot be read",
                () -> jdbc.query(
                        "select service, organisation, lookup, state, operation, since, begins_at, ends_at, requested_by, reason"
                                + " from lane_state",
                        (row, number) -> directive(row)));
    }

    /** Puts one in force; what it covers is no longer. A planned one takes the place of planned ones alone. */
    public void put(Directive directive) {
        Scope scope = directive.scope();
        StoreException.guarded("The state of a service cannot be written", () -> {
            jdbc.update(
                    "delete from lane_state" + COVERED + (directive.planned() ? " and planned" : ""),
                    scope.service(),
                    scope.service(),
                    scope.organisation(),
                    scope.organisation(),
                    scope.lookup(),
                    scope.lookup());
            jdbc.update(
                    "insert into lane_state (service, organisation, lookup, planned, state, operation, since, begins_at, ends_at,"
                            + " requested_by, reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    scope.service(),
                    scope.organisation(),
                    scope.lookup(),
                    directive.planned(),
                    directive.state().name(),
                    directive.operation(),
                    at(directive.since()),
                    at(directive.begins()),
                    at(directive.ends()),
                    directive.by(),
                    directive.reason());
            return null;
        });
    }

    private static Directive directive(ResultSet row) throws SQLException {
        return new Directive(
                new Scope(row.getString(1), row.getString(2), row.getString(3)),
                LaneState.valueOf(row.getString(4)),
                row.getLong(5),
                Objects.requireNonNull(Times.of(row, "since")),
                Times.of(row, "begins_at"),
                Times.of(row, "ends_at"),
                row.getString(9),
                row.getString(10));
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : Times.at(instant);
    }
}

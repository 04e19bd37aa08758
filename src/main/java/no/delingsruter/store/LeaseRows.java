package no.delingsruter.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

/** Who works on what, for those who look. All times are the database's. Failures are {@link StoreException}s. */
public final class LeaseRows {
    private final JdbcTemplate jdbc;

    public LeaseRows(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /**
     * A unit of an organisation.
     *
     * @param owner null for none
     * @param since when it was taken or handed over
     * @param left  of the lease; not positive when it has ended
     * @param quiet until a call may be made; not positive for now
     */
    public record Row(
            String unit,
            String organisation,
            @Nullable String owner,
            long epoch,
            String state,
            Instant since,
            Duration left,
            Duration quiet) {}

    /**
     * An instance that lives.
     *
     * @param waits whether it takes nothing, for an older one has other routes
     */
    public record Living(String name, String version, Instant since, boolean waits) {}

    /** Empty when one process alone works on the store. */
    public Optional<List<Living>> living() {
        return tableIsThere()
                ? Optional.of(read(
                        "select name, version, since, exists (select 1 from instance other where other.plan <> instance.plan"
                                + " and other.until > clock_timestamp() and (other.since, other.name) < (instance.since, instance.name))"
                                + " from instance where until > clock_timestamp() order by since, name",
                        (row, number) -> new Living(
                                row.getString(1),
                                row.getString(2),
                                row.getObject(3, OffsetDateTime.class).toInstant(),
                                row.getBoolean(4))))
                : Optional.empty();
    }

    /** All units that any instance has wanted. */
    public List<Row> all() {
        return read(
                "select unit, organisation, owner, epoch, state, since, extract(epoch from until - clock_timestamp()) * 1000,"
                        + " extract(epoch from quiet_from - clock_timestamp()) * 1000 from lane order by organisation, unit",
                (row, number) -> new Row(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getString(5),
                        row.getObject(6, OffsetDateTime.class).toInstant(),
                        Duration.ofMillis(row.getLong(7)),
                        Duration.ofMillis(row.getLong(8))));
    }

    private boolean tableIsThere() {
        return read(
                                "select count(*) from information_schema.tables where lower(table_name) = 'lane'",
                                (row, number) -> row.getInt(1))
                        .get(0)
                > 0;
    }

    private <T> List<T> read(String sql, RowMapper<T> mapper) {
        try {
            return jdbc.query(sql, mapper);
        } catch (DataAccessException e) {
            throw new StoreException("Who works on what cannot be read", e);
        }
    }
}

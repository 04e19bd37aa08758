package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as the tables have them. */
final class Times {
    static final OffsetDateTime EVER = at(Instant.EPOCH);
    /** What an operation asks for is due so much later: behind all that events ask for, and by the same index. */
    static final Duration LATER = Duration.ofDays(365_250);

    /** Nothing that an event asks for is due so late. */
    static final OffsetDateTime LATER_FROM = at(Instant.parse("2900-01-01T00:00:00Z"));

    /**
     * So many microseconds after now: what is due is so by the clock of the store's server, for those of several instances may differ by
     * hours. See {@link #after}.
     */
    static final String AFTER_NOW = "current_timestamp + interval '0.000001' second * cast(? as bigint)";

    private static final String AND_LATER = " + interval '" + LATER.toDays() + "' day";
    static final String LATER_FROM_NOW = "current_timestamp" + AND_LATER;
    static final String LATER_AFTER_NOW = AFTER_NOW + AND_LATER;

    private Times() {}

    /** In microseconds. */
    static long after(Instant now, Instant then) {
        return now.until(then, ChronoUnit.MICROS);
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static OffsetDateTime now() {
        return at(Instant.now());
    }

    /** Null for none. */
    static @Nullable Instant of(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

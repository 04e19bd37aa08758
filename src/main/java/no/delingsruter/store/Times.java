package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Times as the tables have them. */
final class Times {
    static final OffsetDateTime EVER = at(Instant.EPOCH);
    /** What an operation asks for is due so much later: behind all that events ask for, and by the same index. */
    static final Duration LATER = Duration.ofDays(365_250);

    /** Nothing that an event asks for is due so late. */
    static final OffsetDateTime LATER_FROM = at(Instant.parse("2900-01-01T00:00:00Z"));

    private Times() {}

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

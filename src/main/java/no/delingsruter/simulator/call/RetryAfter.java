package no.delingsruter.simulator.call;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header Retry-After: seconds, or a date. */
public final class RetryAfter {
    private RetryAfter() {}

    /**
     * @param header null when absent
     * @return milliseconds from now, 0 when there is nothing to wait for
     */
    public static long millis(String header) {
        if (header == null) {
            return 0;
        }
        return header.matches("[0-9]{1,9}")
                ? Long.parseLong(header) * 1000
                : Math.max(
                        0,
                        Duration.between(
                                        Instant.now(),
                                        ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME))
                                .toMillis());
    }

    /**
     * The date form.
     *
     * @param seconds from now
     */
    public static String date(long seconds) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(seconds));
    }
}

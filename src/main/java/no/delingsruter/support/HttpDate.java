package no.delingsruter.support;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The dates in HTTP's headers (RFC 9110, 5.6.7). */
public final class HttpDate {
    private HttpDate() {}

    /** @return null for none, or for what is no date */
    public static @Nullable Instant of(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip(), Instant::from);
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}

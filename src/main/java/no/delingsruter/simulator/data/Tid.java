package no.delingsruter.simulator.data;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** The ways in which Skatteetaten writes a time. */
public final class Tid {
    private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");
    private static final long DAY = 86_400_000L;

    private Tid() {}

    /**
     * @param ms since 1970
     * @param style millis (…Z), micros (…Z), offset (+01:00, nanoseconds) or local (no zone)
     */
    public static void append(StringBuilder out, long ms, String style) {
        switch (style) {
            case "micros" -> plain(out, ms).append("000Z");
            case "offset" -> plain(out, ms + 3_600_000).append("000000+01:00");
            case "local" -> plain(out, ms + 3_600_000);
            default -> plain(out, ms).append('Z');
        }
    }

    // by hand: a page holds up to ten thousand of them
    private static StringBuilder plain(StringBuilder out, long ms) {
        date(out, ms).append('T');
        int rest = (int) Math.floorMod(ms, DAY);
        two(out, rest / 3_600_000).append(':');
        two(out, rest / 60_000 % 60).append(':');
        two(out, rest / 1000 % 60).append('.');
        int millis = rest % 1000;
        out.append((char) ('0' + millis / 100));
        return two(out, millis % 100);
    }

    /** YYYY-MM-DD, in UTC. */
    public static StringBuilder date(StringBuilder out, long ms) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(ms, DAY));
        two(out.append(day.getYear()).append('-'), day.getMonthValue()).append('-');
        return two(out, day.getDayOfMonth());
    }

    private static StringBuilder two(StringBuilder out, int n) {
        return out.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
    }

    /**
     * Milliseconds since 1970 of a time with or without zone (then Norwegian).
     *
     * @throws java.time.format.DateTimeParseException when it is no time
     */
    public static long parse(String text) {
        if (text.length() > 19 && text.substring(19).matches(".*(Z|[+-][0-9:]+)")) {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        }
        return LocalDateTime.parse(text).atZone(OSLO).toInstant().toEpochMilli();
    }

    /**
     * The first millisecond of a day in Norway.
     *
     * @throws java.time.format.DateTimeParseException when it is no date
     */
    public static long day(String text) {
        return LocalDate.parse(text).atStartOfDay(OSLO).toInstant().toEpochMilli();
    }

    /** Whether a day lies after today in Norway. */
    public static boolean isFuture(String day) {
        return LocalDate.parse(day).isAfter(LocalDate.ofInstant(Instant.now(), OSLO));
    }
}

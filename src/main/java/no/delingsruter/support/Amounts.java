package no.delingsruter.support;

import java.time.Duration;
import java.util.Locale;

/** Numbers and times as people read them. */
public final class Amounts {
    private Amounts() {}

    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A time that may be less than a second. */
    public static String time(Duration time) {
        return time.toSeconds() == 0 ? time.toMillis() + " ms" : time(time.toSeconds());
    }

    /** In the largest unit of which there are some. */
    public static String time(long seconds) {
        return seconds < 120
                ? seconds + " s"
                : seconds < 7_200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }
}

package no.delingsruter.preflight;

import java.util.Locale;
import no.delingsruter.logging.Logging;

/**
 * What one check found.
 *
 * @param what   was checked, such as {@code token}
 * @param detail one sentence, with the cure where something is not as it should be; without personal data and secrets
 */
public record Finding(Level level, String what, String detail) {
    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works now, or may; somebody should look. */
        WARNING,
        /** The job would not start, or would get nothing done. */
        WRONG
    }

    /** @param detail what was seen */
    public static Finding ok(String what, String detail) {
        return new Finding(Level.OK, what, detail);
    }

    static Finding warning(String what, String detail) {
        return new Finding(Level.WARNING, what, detail);
    }

    /** @param detail sentence with the cure */
    public static Finding wrong(String what, String detail) {
        return new Finding(Level.WRONG, what, detail);
    }

    /** One line. */
    @Override
    public String toString() {
        return "%-8s %-14s %s".formatted(level.name().toLowerCase(Locale.ROOT), what, Logging.masked(detail));
    }
}

package no.delingsruter.support;

import java.time.Duration;
import java.time.Instant;

/**
 * The time of pauses and waits. It begins as this machine's clock and goes on evenly when that is set, so that no pause of seconds becomes
 * one of hours, or none. Not for what others read.
 */
public final class SteadyClock {
    @SuppressWarnings("TimeInStaticInitializer") // a beginning, whichever
    private static final Instant BEGAN = Instant.now();

    private static final long BEGAN_NANOS = System.nanoTime();

    private SteadyClock() {}

    public static Instant now() {
        return BEGAN.plusNanos(System.nanoTime() - BEGAN_NANOS);
    }

    /** Negative when it is over. */
    public static Duration until(Instant end) {
        return Duration.between(now(), end);
    }
}

package no.delingsruter.installation;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * How long a call of this instance may be open at the server when nobody can cut it off: hardly longer than three times the slowest of the
 * last hour. An API that becomes slower at the very moment of a take-over may then have more calls open than it allows.
 */
final class QuickBound implements Supplier<Duration> {
    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Duration timeout;
    private final Supplier<Duration> slowest;
    private Duration thisHour = Duration.ZERO;
    private Duration lastHour = Duration.ZERO;
    private long began = System.nanoTime();

    /** @param slowest the slowest call since it was asked the last time; zero for none */
    QuickBound(Duration timeout, Supplier<Duration> slowest) {
        this.timeout = timeout;
        this.slowest = slowest;
    }

    /** The time-out while no call has been made. */
    @Override
    public synchronized Duration get() {
        if (System.nanoTime() - began > HOUR) {
            began = System.nanoTime();
            lastHour = thisHour;
            thisHour = Duration.ZERO;
        }
        thisHour = Collections.max(List.of(thisHour, slowest.get()));
        Duration seen = Collections.max(List.of(thisHour, lastHour));
        Duration bound = Collections.max(List.of(seen.multipliedBy(3), LEAST));
        return seen.isZero() || bound.compareTo(timeout) > 0 ? timeout : bound;
    }
}

package no.delingsruter.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing, jittered pauses. */
public record Backoff(Duration first, Duration longest) {

    /** The pause after the {@code n}-th failure (1 for the first): doubled each time, then 75 to 125 % of it. */
    public Duration after(int n) {
        double doubled = (double) first.toMillis() * Math.pow(2, Math.min(n - 1, 30));
        double bounded = Math.min(doubled, (double) longest.toMillis());
        return Duration.ofMillis((long) (bounded * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }
}

package no.delingsruter.observation;

import java.util.function.LongSupplier;

/** How many a second, over about the last minute: what lies further back counts less and less. Safe for many threads. */
public final class RecentRate {
    private static final double SECONDS = 60;

    private final LongSupplier nanos;
    private final long began;
    private long last;
    private double weight;

    RecentRate() {
        this(System::nanoTime);
    }

    RecentRate(LongSupplier nanos) {
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.last = began;
    }

    /** One more. */
    synchronized void mark() {
        fade();
        weight++;
    }

    /** NaN in the first second, and while there are too few to tell. */
    public synchronized double perSecond() {
        fade();
        double observed = SECONDS * -Math.expm1(-(last - began) / 1e9 / SECONDS);
        return observed < 1 || weight < 1 ? Double.NaN : weight / observed;
    }

    private void fade() {
        long now = nanos.getAsLong();
        weight *= Math.exp(-(now - last) / 1e9 / SECONDS);
        last = now;
    }
}

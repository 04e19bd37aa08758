package no.delingsruter.observation;

import java.util.function.LongSupplier;

/**
 * How many a second, over about the last minute: what lies further back counts less and less. And how many in each minute of the last
 * hour. Safe for many threads.
 */
public final class RecentRate {
    private static final double SECONDS = 60;

    private final LongSupplier nanos;
    private final long began;
    private long last;
    private double weight;
    private final long[] minutes = new long[60];
    private long minute;

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
        minutes[(int) (minute % minutes.length)]++;
    }

    /** In each minute of the last hour, the present one last. */
    public synchronized long[] lastHour() {
        fade();
        long[] hour = new long[minutes.length];
        for (int i = 0; i < hour.length; i++) {
            hour[i] = minutes[(int) ((minute + 1 + i) % minutes.length)];
        }
        return hour;
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
        long current = (now - began) / 60_000_000_000L;
        for (long gone = Math.max(minute + 1, current - minutes.length + 1); gone <= current; gone++) {
            minutes[(int) (gone % minutes.length)] = 0;
        }
        minute = current;
    }
}

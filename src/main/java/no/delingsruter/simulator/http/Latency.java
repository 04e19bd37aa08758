package no.delingsruter.simulator.http;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** How long an answer takes. */
public final class Latency {
    /** At once. */
    public static final Latency NONE = new Latency("0ms", () -> 0);

    private final String text;
    private final LongSupplier millis;

    private Latency(String text, LongSupplier millis) {
        this.text = text;
        this.millis = millis;
    }

    public static Latency constant(long ms) {
        return new Latency(ms + "ms", () -> ms);
    }

    /** Exponentially distributed. @param meanMs above 0 */
    public static Latency exponential(long meanMs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Latency("exp:" + meanMs + "ms", () -> {
            synchronized (random) {
                return Math.round(-meanMs * Math.log(1 - random.nextDouble()));
            }
        });
    }

    /** @param text {@code 50ms}, {@code 2s}, {@code 50} or {@code exp:50ms} @throws IllegalArgumentException with one sentence on what is wrong */
    public static Latency parse(String text) {
        String number = text.startsWith("exp:") ? text.substring(4) : text;
        if (!number.matches("[0-9]{1,7}(ms|s)?")) {
            throw new IllegalArgumentException("A latency is written 50ms or exp:50ms, not '" + text + "'");
        }
        long ms = number.endsWith("ms") ? Long.parseLong(number.replace("ms", ""))
                : number.endsWith("s") ? Long.parseLong(number.replace("s", "")) * 1000 : Long.parseLong(number);
        return ms == 0 ? NONE : text.startsWith("exp:") ? exponential(ms, 1) : constant(ms);
    }

    /** Milliseconds for the next answer. */
    long next() {
        return millis.getAsLong();
    }

    @Override
    public String toString() {
        return text;
    }
}

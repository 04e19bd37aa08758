package no.delingsruter.simulator.http;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** How long an answer takes. */
public final class Latency {
    /** At once. */
    public static final Latency NONE = new Latency("0ms", caller -> 0);

    private final String text;
    private final ToLongFunction<String> millis;

    private Latency(String text, ToLongFunction<String> millis) {
        this.text = text;
        this.millis = millis;
    }

    public static Latency constant(long ms) {
        return new Latency(ms + "ms", caller -> ms);
    }

    /**
     * Exponentially distributed; the same numbers in the same order for each caller, so that none has better luck.
     *
     * @param meanMs above 0
     */
    public static Latency exponential(long meanMs, long seed) {
        Map<String, SplittableRandom> randoms = new ConcurrentHashMap<>();
        return new Latency("exp:" + meanMs + "ms", caller -> {
            SplittableRandom random = randoms.computeIfAbsent(caller, any -> new SplittableRandom(seed));
            synchronized (random) {
                return Math.round(-meanMs * Math.log(1 - random.nextDouble()));
            }
        });
    }

    /**
     * @param text {@code 50ms}, {@code 2s}, {@code 50} or {@code exp:50ms}
     * @throws IllegalArgumentException with one sentence on what is wrong
     */
    public static Latency parse(String text) {
        String number = text.startsWith("exp:") ? text.substring(4) : text;
        if (!number.matches("[0-9]{1,7}(ms|s)?")) {
            throw new IllegalArgumentException("A latency is written 50ms or exp:50ms, not '" + text + "'");
        }
        long ms = number.endsWith("ms")
                ? Long.parseLong(number.replace("ms", ""))
                : number.endsWith("s") ? Long.parseLong(number.replace("s", "")) * 1000 : Long.parseLong(number);
        return ms == 0 ? NONE : text.startsWith("exp:") ? exponential(ms, 1) : constant(ms);
    }

    /**
     * Milliseconds for the next answer.
     *
     * @param caller the organisation that calls
     */
    long next(String caller) {
        return millis.applyAsLong(caller);
    }

    @Override
    public String toString() {
        return text;
    }
}

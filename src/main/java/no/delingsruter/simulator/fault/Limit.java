package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Call;

/**
 * What a gateway in front of an API lets through: the calls beyond it go wrong, and at once. Thread safe.
 *
 * <p>{@code open} counts as nginx's limit_conn, {@code perSecond} and {@code burst} as its limit_req with nodelay.
 */
public final class Limit {
    /**
     * @param open      calls at once that are let through; null for any number
     * @param perSecond calls a second that are let through, evenly; null for any number
     * @param burst     so many may come before their time
     */
    public record Spec(Integer open, Integer perSecond, int burst) {
        public Spec {
            if ((open == null) == (perSecond == null)) {
                throw new IllegalArgumentException("limit has either open or perSecond");
            }
        }
    }

    private final Spec spec;
    private int open;
    private double excess;
    private long last;

    Limit(Spec spec) {
        this.spec = spec;
    }

    /** Whether the call is let through. */
    synchronized boolean admits(Call call) {
        if (spec.open() != null) {
            if (open >= spec.open()) {
                return false;
            }
            open++;
            call.request().response().endHandler(ended -> over());
            return true;
        }
        long now = System.nanoTime();
        double would = last == 0 ? 0 : Math.max(0, excess - (now - last) * spec.perSecond() / 1e9 + 1);
        if (would > spec.burst()) {
            return false;
        }
        excess = would;
        last = now;
        return true;
    }

    private synchronized void over() {
        open--;
    }
}

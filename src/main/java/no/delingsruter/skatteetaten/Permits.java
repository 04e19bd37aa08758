package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/**
 * The calls that one organisation may have open towards one API: never more than the limit, fewer while the API says it is
 * too much. A permit is held for the HTTP exchange alone.
 */
final class Permits {
    private static final long GROW_EVERY_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long SHRINK_EVERY_NANOS = Duration.ofMillis(500).toNanos();

    private final Adjustable semaphore;
    private final int limit;
    private volatile Instant notBefore = Instant.MIN;
    private volatile int slots;
    private long changed;

    /** @param limit calls open at once */
    Permits(int limit) {
        this.limit = limit;
        this.slots = limit;
        // Fair: a list call must not starve behind lookups
        this.semaphore = new Adjustable(limit);
    }

    void acquire() throws InterruptedException {
        semaphore.acquire();
    }

    void release() {
        semaphore.release();
    }

    /** No call may begin before this. */
    Instant notBefore() {
        return notBefore;
    }

    synchronized void pauseUntil(Instant instant) {
        if (instant.isAfter(notBefore)) {
            notBefore = instant;
        }
    }

    /** Slots in use now, between 1 and the limit. */
    int slots() {
        return slots;
    }

    int inFlight() {
        return slots - semaphore.availablePermits();
    }

    /** The API is overloaded: half the slots, but not for each of the answers that were already under way. */
    synchronized void tooMuch() {
        long now = System.nanoTime();
        if (slots > 1 && (slots == limit || now - changed > SHRINK_EVERY_NANOS)) {
            int fewer = Math.max(1, slots / 2);
            semaphore.reducePermits(slots - fewer);
            slots = fewer;
        }
        changed = now;
    }

    /** The API answered: one more slot, slowly. */
    void fine() {
        if (slots == limit) {
            return;
        }
        synchronized (this) {
            long now = System.nanoTime();
            if (slots < limit && now - changed > GROW_EVERY_NANOS) {
                slots++;
                changed = now;
                semaphore.release();
            }
        }
    }

    private static final class Adjustable extends Semaphore {
        private static final long serialVersionUID = 1L;

        Adjustable(int permits) {
            super(permits, true);
        }

        @Override
        protected void reducePermits(int reduction) {
            super.reducePermits(reduction);
        }
    }
}

package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * The calls that one organisation may have open towards one API: never more than the limit, fewer while the API says it is
 * too much. A permit is held for the HTTP exchange alone.
 */
final class ConcurrencyLimiter {
    private static final long GROW_EVERY_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long SHRINK_EVERY_NANOS = Duration.ofMillis(500).toNanos();
    /** Longer than the lanes' pauses: without calls, slots come back although nothing is better. */
    private static final long OVER_AFTER_NANOS = Duration.ofSeconds(15).toNanos();

    private final Adjustable semaphore;
    private final int limit;
    private final Changes changes;
    private final LongSupplier nanoTime;
    private volatile Instant notBefore = Instant.MIN;
    private volatile int slots;
    private long changed;
    private volatile boolean troubled;

    /** Told once when the limit is left, and once when it has been kept again for a while. */
    interface Changes {
        void fewer(int slots);

        void all();
    }

    /** @param limit calls open at once */
    ConcurrencyLimiter(int limit, Changes changes) {
        this(limit, changes, System::nanoTime);
    }

    ConcurrencyLimiter(int limit, Changes changes, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.limit = limit;
        this.changes = changes;
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
        long now = nanoTime.getAsLong();
        if (slots > 1 && (slots == limit || now - changed > SHRINK_EVERY_NANOS)) {
            int before = slots;
            slots = Math.max(1, before / 2);
            semaphore.reducePermits(before - slots);
            if (!troubled) {
                troubled = true;
                changes.fewer(slots);
            }
        }
        changed = now;
    }

    /** The API answered: one more slot, slowly. */
    void fine() {
        if (slots == limit && !troubled) {
            return;
        }
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (slots < limit && now - changed > GROW_EVERY_NANOS) {
                slots++;
                changed = now;
                semaphore.release();
            }
            if (slots == limit && troubled && now - changed > OVER_AFTER_NANOS) {
                troubled = false;
                changes.all();
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

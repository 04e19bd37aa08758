package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one organisation may have open towards one API: never more than the limit, fewer while the API says it is
 * too much. A permit is held for the HTTP exchange alone.
 */
final class ConcurrencyLimiter {
    static final int NONE = 0;
    /** Weaker than 429, which is about us alone. */
    static final int UNAVAILABLE = 1;

    static final int TOO_MANY = 2;

    /** As many answers are looked back at. */
    private static final int WINDOW = 20;
    /** Among so few answers, fewer are chance; */
    private static final int LEAST = 3;
    /** when there has just been one slot more, they are hardly chance. */
    private static final int LEAST_WHEN_TRIED = 2;

    private static final int FEW = 8;
    /** Ten percent of 503s are no overload; an API that takes two calls and is given three refuses a third and more. */
    private static final double SHARE = 0.4;
    /** Of few answers. */
    private static final double SHARE_OF_FEW = 0.6;

    /** The first calls begin one after another, so that one that is too much is seen before all have begun. */
    private static final int FIRST_CALLS = 5;

    private static final long BETWEEN_FIRST_CALLS = Duration.ofMillis(20).toNanos();

    private static final long GROW_AFTER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long LONGEST_GROW_AFTER_NANOS = Duration.ofSeconds(32).toNanos();
    /** A slot that goes again within this time was one too many. */
    private static final long TRIED_NANOS = Duration.ofSeconds(2).toNanos();
    /** Longer than the lanes' pauses: without calls, slots come back although nothing is better. */
    private static final long OVER_AFTER_NANOS = Duration.ofSeconds(15).toNanos();

    private final Adjustable semaphore;
    private final int limit;
    private final Changes changes;
    private final LongSupplier nanoTime;
    private volatile Instant notBefore = Instant.MIN;
    private volatile int slots;
    private final int[] latest = new int[WINDOW];
    private int at;
    private int answers;
    private volatile int score;
    private long changed;
    private long grown;
    private long lastTooMuch;
    private long growAfter = GROW_AFTER_NANOS;
    private volatile boolean troubled;
    private final Pace pace = new Pace();
    private volatile int young = FIRST_CALLS;
    private long nextYoung;
    private volatile int refusals;
    private final RefusedCalls refusedCalls = new RefusedCalls();

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
        this.grown = nanoTime.getAsLong() - TRIED_NANOS;
        // Fair: a list call must not starve behind lookups
        this.semaphore = new Adjustable(limit);
    }

    /** Waits for a permit, and then for the time that the API wants between two calls. */
    void acquire() throws InterruptedException {
        semaphore.acquire();
        try {
            for (Turn turn = claim(); turn != null; turn = claim(turn)) {
                TimeUnit.NANOSECONDS.sleep(turn.nanos);
            }
        } catch (InterruptedException e) {
            semaphore.release();
            throw e;
        }
    }

    /**
     * When a call may begin, as things are.
     *
     * @param nanos to wait
     */
    record Turn(long nanos, int refusals) {}

    /** The next call's turn; null when it need not wait. */
    @Nullable
    Turn claim() {
        if (!troubled && young == 0) {
            return null;
        }
        synchronized (this) {
            long now = nanoTime.getAsLong();
            long wait = pace.claim(now);
            if (young > 0) {
                wait = Math.max(wait, nextYoung - now);
                nextYoung = now + wait + BETWEEN_FIRST_CALLS;
            }
            return wait > 0 ? new Turn(wait, refusals) : null;
        }
    }

    /** The turn of a call that has waited for one: another, when calls have been refused meanwhile; null when it has come. */
    @Nullable
    Turn claim(Turn waited) {
        return refusals == waited.refusals ? null : claim();
    }

    /**
     * Waits with a call whose turn has come for as long as the one before began late. Right before its first byte.
     *
     * @return whether there was anything to wait for
     */
    boolean begin() throws InterruptedException {
        boolean waited = false;
        for (long wait = beginsIn(); wait > 0; wait = beginsIn()) {
            TimeUnit.NANOSECONDS.sleep(wait);
            waited = true;
        }
        return waited;
    }

    /** Nanoseconds; 0 when it begins now. */
    long beginsIn() {
        if (!troubled) {
            return 0;
        }
        synchronized (this) {
            return pace.begin(nanoTime.getAsLong());
        }
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

    /**
     * The API answered. One answer of "too much" among others may be about one key; when they are many of the last ones, there is one
     * slot fewer. Good answers bring one back at a time, more slowly each time that it was one too many.
     *
     * @param evidence that it is too much: {@link #NONE}, {@link #UNAVAILABLE} (503) or {@link #TOO_MANY} (429)
     * @param call     what was asked for: the same for another try
     */
    void answered(int evidence, int call) {
        if (evidence == NONE && slots == limit && !troubled && score == 0 && young == 0) {
            return;
        }
        synchronized (this) {
            young = Math.max(0, young - 1);
            if (evidence == NONE) {
                refusedCalls.taken(call);
            } else if (refusedCalls.refused(call)) {
                return;
            }
            score += evidence - latest[at];
            latest[at] = evidence;
            at = (at + 1) % WINDOW;
            answers = Math.min(WINDOW, answers + 1);
            long now = nanoTime.getAsLong();
            if (evidence != NONE) {
                lastTooMuch = now;
                if (isTooMuch(now) || (evidence == TOO_MANY && pace.isOn() && !isTried(now))) {
                    refusals++;
                    tooMuch(evidence, now);
                }
                return;
            }
            pace.fine(now, slots == limit);
            if (slots < limit && now - changed > growAfter) {
                grown = now;
                change(slots + 1, now);
                semaphore.release();
            } else if (slots == limit && troubled && !pace.isOn() && now - lastTooMuch > OVER_AFTER_NANOS) {
                troubled = false;
                growAfter = GROW_AFTER_NANOS;
                changes.all();
            }
        }
    }

    private boolean isTooMuch(long now) {
        return score >= (isTried(now) ? LEAST_WHEN_TRIED : LEAST)
                && score >= (answers < FEW ? SHARE_OF_FEW : SHARE) * answers;
    }

    /** Whether there has been this many slots for a short while only. */
    private boolean isTried(long now) {
        return slots > 1 && now - grown < TRIED_NANOS && !pace.binds();
    }

    /** Fewer at once; and, since that may not be what is counted, fewer a second. */
    private void tooMuch(int evidence, long now) {
        boolean paced = !isTried(now)
                && (evidence == TOO_MANY || (slots == 1 && score >= SHARE_OF_FEW * answers) || pace.isOn())
                && pace.tooMuch(now);
        if (slots > 1 && !paced) {
            fewer(now);
        } else {
            change(slots, now);
        }
        if (!troubled) {
            troubled = true;
            changes.fewer(slots);
        }
    }

    private void fewer(long now) {
        growAfter = now - grown < TRIED_NANOS ? Math.min(2 * growAfter, LONGEST_GROW_AFTER_NANOS) : growAfter;
        change(slots - 1, now);
        semaphore.reducePermits(1);
    }

    /** What was answered with another number of slots says nothing about this one. */
    private void change(int to, long now) {
        slots = to;
        changed = now;
        score = 0;
        answers = 0;
        Arrays.fill(latest, NONE);
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

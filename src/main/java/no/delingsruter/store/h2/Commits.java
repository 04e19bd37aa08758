package no.delingsruter.store.h2;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import no.delingsruter.observation.Activity;
import org.jspecify.annotations.Nullable;

/** How many transactions have been committed, and which of them are in the file: its writer waits here for work, others for the writer. */
final class Commits {
    /** Instead of a number of commits: nothing is written any more. */
    static final long CLOSED = -1;

    /** At full speed; when there is little to do, what is committed is written at once. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** While lookups become pending and nothing else is committed: a killed process reads those pages again, and repeats nothing else. */
    private static final long LONGEST_PAUSE_OF_PAGES_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Pauses are so many times as long as a write, so that writing does not take up a processor. */
    private static final int PAUSE_PER_WRITE = 9;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Activity activity;
    private final BooleanSupplier muchChanged;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long committed;
    /** Of those, the last one that made lookups pending, */
    private long pending;
    /** and the last one that did something else. */
    private long other;

    private long written;
    private int waiting;
    /** Commits after {@link #kept} and up to this one were taken back when the file had to be opened again. */
    private long lost;

    private long kept;
    private @Nullable SQLException failure;
    private boolean closed;

    /**
     * @param activity    of the writer
     * @param muchChanged whether so much is not written that it has to be at once
     */
    Commits(Activity activity, BooleanSupplier muchChanged) {
        this.activity = activity;
        this.muchChanged = muchChanged;
    }

    long committed() {
        lock.lock();
        try {
            return committed;
        } finally {
            lock.unlock();
        }
    }

    long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    void add(boolean madePending) {
        lock.lock();
        try {
            // Only a writer with nothing to do waits for it, or one that makes a pause of pages; another comes by
            // itself
            activity.hasWork();
            if (committed++ == written || muchChanged.getAsBoolean() || (!madePending && other <= written)) {
                changed.signalAll();
            }
            if (madePending) {
                pending = committed;
            } else {
                other = committed;
            }
        } finally {
            lock.unlock();
        }
    }

    /** @return why they could not be written; null when they are, or when the writing has ended */
    @Nullable
    SQLException awaitAll() {
        lock.lock();
        try {
            committed++;
            return awaitWritten(committed);
        } finally {
            lock.unlock();
        }
    }

    /** Returns when all lookups that are pending are written, or cannot be. */
    void awaitPending() {
        lock.lock();
        try {
            awaitWritten(pending);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable SQLException awaitWritten(long mine) {
        failure = null;
        if (written < mine) {
            waiting++;
            changed.signalAll();
            while (written < mine && failure == null && !closed) {
                changed.awaitUninterruptibly();
            }
            waiting--;
        }
        return mine > kept && mine <= lost
                ? new SQLException("lost", StoreFile.DISK_FULL)
                : written < mine ? failure : null;
    }

    /**
     * Waits for something to write.
     *
     * @param needsCare whether the file needs it even when there is nothing new
     * @return how many have been committed, {@link #written} when only the file needs care, or {@link #CLOSED}
     */
    long next(BooleanSupplier needsCare) {
        lock.lock();
        try {
            while (!closed) {
                if (written < committed) {
                    return committed;
                }
                activity.rests();
                if (changed.awaitNanos(IDLE_NANOS) <= 0 && needsCare.getAsBoolean()) {
                    return committed;
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
        return CLOSED;
    }

    /**
     * Tells who waits for it, and makes a pause.
     *
     * @param upTo   what the writer wrote
     * @param failed why it could not; null when it did
     * @param nanos  how long it took
     */
    void wrote(long upTo, @Nullable SQLException failed, long nanos) {
        lock.lock();
        try {
            if (failed == null) {
                written = Math.max(written, upTo);
            } else {
                failure = failed;
            }
            changed.signalAll();
            if (failed == null) {
                long pause = nanos * PAUSE_PER_WRITE;
                pause(Math.min(pause, LONGEST_PAUSE_NANOS), Math.min(pause, LONGEST_PAUSE_OF_PAGES_NANOS));
            } else {
                pause(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(1));
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void pause(long nanos, long ofPagesNanos) throws InterruptedException {
        long began = System.nanoTime();
        for (long left = nanos;
                left > 0 && !closed && !(written < committed && (waiting > 0 || muchChanged.getAsBoolean()));
                left = (other > written ? nanos : ofPagesNanos) - (System.nanoTime() - began)) {
            changed.awaitNanos(left);
        }
    }

    /** What was not written has been taken back; those who wait for it are told. */
    void takenBack() {
        lock.lock();
        try {
            kept = written;
            lost = committed;
            written = committed;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is written any more, and nobody waits. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package no.delingsruter.observation;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that works by itself: whether it has work, and when it last got on (I16). The work itself says so, never a timer beside it.
 * An activity that rests, or may wait, is never stalled.
 */
public final class Activity {
    private static final long NOTHING = Long.MAX_VALUE;
    /** One piece of many may take so many times as long as all of them may be silent. */
    private static final int ONE_OF_MANY = 5;

    private final String name;
    private final @Nullable Runnable mend;
    private final Set<Piece> pieces = ConcurrentHashMap.newKeySet();
    private volatile long last = System.nanoTime();
    private volatile long due = NOTHING;
    private volatile boolean gone;

    Activity(String name, @Nullable Runnable mend) {
        this.name = name;
        this.mend = mend;
    }

    /** A piece of its work, by the thread that begins it. */
    public final class Piece {
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();

        /** It has come to an end, well or not. */
        public void ends() {
            pieces.remove(this);
            last = System.nanoTime();
        }
    }

    /** Where it stands still. */
    record Standstill(Duration silence, Optional<Thread> thread) {}

    public String name() {
        return name;
    }

    public Piece begins() {
        Piece piece = new Piece();
        gone = false;
        pieces.add(piece);
        return piece;
    }

    /** There is work that should be begun now. */
    public void hasWork() {
        due = Math.min(due, System.nanoTime());
    }

    /** There is none. */
    public void rests() {
        due = NOTHING;
    }

    /** It may wait, and goes on by itself within that time. */
    public void waits(Duration atMost) {
        due = System.nanoTime() + atMost.toNanos();
    }

    /** Its thread has ended, and was not meant to. */
    public void gone() {
        gone = true;
        hasWork();
    }

    /** Empty when it gets on, or has nothing to do. */
    Optional<Standstill> standstill(Duration longestSilence) {
        long now = System.nanoTime();
        long limit = longestSilence.toNanos();
        Optional<Piece> oldest = pieces.stream().min(Comparator.comparingLong(piece -> piece.since));
        long began = oldest.map(piece -> piece.since).orElse(due);
        long silence = began == NOTHING || began > now ? 0 : now - Math.max(began, last);
        long longest = oldest.map(piece -> now - piece.since).orElse(0L);
        return silence > limit || longest > limit * ONE_OF_MANY
                ? Optional.of(
                        new Standstill(Duration.ofNanos(Math.max(silence, longest)), oldest.map(piece -> piece.thread)))
                : Optional.empty();
    }

    /** Does what waiting cannot. @return false when there is nothing to be done */
    boolean mended() {
        if (!gone || mend == null) {
            return false;
        }
        gone = false;
        last = System.nanoTime();
        mend.run();
        return true;
    }
}

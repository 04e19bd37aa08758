package no.delingsruter.work;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What this instance may do for one unit and organisation. It never lasts beyond its end by this machine's own clocks, whether the database
 * can be reached or not; a renewal moves the end on.
 */
public final class Lease {
    /** No epoch. */
    public static final long NONE = -1;
    /** Of a store that one process alone works on. */
    static final Lease ALWAYS = new Lease();

    private final boolean always;
    private final Supplier<Duration> bound;
    private final Set<OpenCall> calls = ConcurrentHashMap.newKeySet();
    private long epoch = NONE;
    private boolean draining;
    private boolean unwanted;
    private int underWay;
    private long end;
    /** A virtual machine that is paused may have a clock that stands still, and one that does not. */
    private long wallEnd;

    private long quietUntil;
    /** The server may work until then on calls that were given up. */
    private long busyUntil = System.nanoTime();

    /**
     * One that is not held.
     *
     * @param bound how long a call may be open at the server that this instance can do nothing about any more
     */
    Lease(Supplier<Duration> bound) {
        this.always = false;
        this.bound = bound;
    }

    private Lease() {
        this.always = true;
        this.bound = () -> Duration.ZERO;
        this.epoch = 0;
    }

    /** Under which work may begin now; {@link #NONE} when none may. */
    public synchronized long epoch() {
        return always || (mayCall() && !isDraining()) ? epoch : NONE;
    }

    /** Whether what was begun under an epoch may go on. */
    public synchronized boolean isValid(long begunUnder) {
        return always || (epoch == begunUnder && !isOver());
    }

    /** Whether a call may be made now. */
    public synchronized boolean mayCall() {
        return always || (epoch != NONE && !isOver() && System.nanoTime() - quietUntil >= 0);
    }

    /**
     * Work begins: a lease is handed over when all of it has ended.
     *
     * @return its epoch; {@link #NONE} when it may not
     */
    public synchronized long begin() {
        long now = epoch();
        if (now != NONE) {
            underWay++;
        }
        return now;
    }

    /** Work that was begun has ended. */
    public synchronized void end() {
        underWay--;
    }

    /** A call, to be closed by the thread that makes it. */
    public OpenCall opens() {
        OpenCall call = new OpenCall(this);
        if (!always) {
            calls.add(call);
            if (!mayCall()) {
                call.cutOff();
            }
        }
        return call;
    }

    Duration longestCall() {
        return bound.get();
    }

    void ends(OpenCall call) {
        calls.remove(call);
    }

    synchronized void taken(long newEpoch, long newEnd, long newWallEnd, Duration quiet) {
        epoch = newEpoch;
        draining = false;
        quietUntil = System.nanoTime() + quiet.toNanos();
        end = newEnd;
        wallEnd = newWallEnd;
    }

    /** Not when it was another epoch that was renewed, or when a later renewal has been answered before. */
    synchronized void renewed(long renewedEpoch, long newEnd, long newWallEnd) {
        if (epoch == renewedEpoch && newEnd - end > 0) {
            end = newEnd;
            wallEnd = newWallEnd;
        }
    }

    /** @return whether it was held under this epoch until now */
    synchronized boolean lost(long lostEpoch) {
        if (epoch != lostEpoch) {
            return false;
        }
        lost();
        return true;
    }

    /** It is somebody else's, or nobody's. */
    synchronized void lost() {
        epoch = NONE;
        draining = false;
        cutOff();
    }

    synchronized void drain() {
        draining = true;
    }

    synchronized boolean isDraining() {
        return draining || unwanted;
    }

    /** What is not wanted is handed over when nothing of it is under way, and not taken. Wanted from the beginning. */
    public synchronized void want(boolean whether) {
        unwanted = !whether;
    }

    synchronized boolean isWanted() {
        return !unwanted;
    }

    /** @return whether it was given up: nothing was under way any more, and nothing may begin */
    synchronized boolean lostIfDrained() {
        if (!isDraining() || underWay > 0 || !calls.isEmpty()) {
            return false;
        }
        lost();
        return true;
    }

    synchronized int underWay() {
        return underWay;
    }

    /** Its epoch, whether or not work may begin; {@link #NONE} when it is not held. */
    public synchronized long held() {
        return epoch;
    }

    /** How long whoever takes it next has to wait before the first call. */
    synchronized Duration quietLeft() {
        long now = System.nanoTime();
        return Duration.ofNanos(Math.max(0, Math.max(quietUntil - now, busyUntil - now)));
    }

    /** A call was given up, and the server may be at it for so long still. */
    public synchronized void givenUp(Duration stillOpen) {
        long until = System.nanoTime() + stillOpen.toNanos();
        busyUntil = until - busyUntil > 0 ? until : busyUntil;
    }

    /** Until its end; zero when it is over or not held. */
    synchronized Duration left() {
        return epoch == NONE ? Duration.ZERO : Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Its end was reached without a renewal: what is open is cut off. */
    void cutOffIfOver() {
        if (!calls.isEmpty() && !always) {
            synchronized (this) {
                if (epoch == NONE || isOver()) {
                    cutOff();
                }
            }
        }
    }

    private boolean isOver() {
        return System.nanoTime() - end >= 0 || System.currentTimeMillis() >= wallEnd;
    }

    private void cutOff() {
        calls.forEach(OpenCall::cutOff);
    }
}

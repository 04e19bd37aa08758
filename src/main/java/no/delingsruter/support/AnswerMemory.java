package no.delingsruter.support;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The memory that answers may take up between the first byte read and the end of their delivery, told by the heap. An answer's bytes are
 * taken as they come; what finds no room waits for what others give back, or is given up.
 */
public final class AnswerMemory {
    /** Of this process, for all its installations share one heap. */
    public static final AnswerMemory OF_THE_HEAP = ofHeap(Runtime.getRuntime().maxMemory());
    /** Copies of an answer on its way: as read, as it grew, as kept, as text, and as the database holds it. */
    private static final int COPIES = 8;

    private static final int STEP = 64 * 1024;

    @SuppressWarnings("ThreadLocalUsage") // one instance a process
    private final ThreadLocal<Share> shares = new ThreadLocal<>();

    private final long most;
    private long free;
    private long kept;
    /** One that holds some of its bytes waits for more; a second one would wait for the first for ever. */
    private boolean growing;

    /** @param bytes of the whole heap, of which half is for answers */
    public static AnswerMemory ofHeap(long bytes) {
        return new AnswerMemory(bytes / 2);
    }

    /** @param bytes of the heap */
    public AnswerMemory(long bytes) {
        most = Math.max(STEP, bytes / COPIES);
        free = most;
    }

    /** Bytes of the largest answer that can be held. */
    public long most() {
        return most;
    }

    /**
     * Takes memory for an answer that lies aside until it can be delivered, as its bytes alone. All such answers take as many bytes at most
     * as the largest one that can be held, and nothing of what calls need.
     *
     * @return false when there is none
     */
    public synchronized boolean keep(long bytes) {
        boolean room = kept + bytes <= most;
        kept += room ? bytes : 0;
        return room;
    }

    /** Bytes of the answers that lie aside. */
    public synchronized long kept() {
        return kept;
    }

    /** An answer that was kept lies aside no longer. */
    public synchronized void release(long bytes) {
        kept -= bytes;
    }

    /** What the current thread's answers take from here on, until it is closed; within another, that of the other. */
    public Share share() {
        Share outer = shares.get();
        if (outer != null) {
            return new Share(outer);
        }
        Share share = new Share(null);
        shares.set(share);
        return share;
    }

    /** There is no room for an answer now. */
    public static final class NoRoomException extends IOException {
        private static final long serialVersionUID = 1L;

        NoRoomException(long most) {
            super("no memory free for the answer: " + (most >> 20)
                    + " MB of this heap are for answers; give the process" + " more (-Xmx), or lower lookup.workers");
        }
    }

    /** Bytes taken by one thread. */
    public final class Share implements AutoCloseable {
        private final Share outer;
        private long held;

        private Share(Share outer) {
            this.outer = outer;
        }

        /**
         * Makes room for an answer of so many bytes, of which some may be held already.
         *
         * @throws NoRoomException when there is none in time
         */
        public void hold(long bytes, long patienceNanos) throws NoRoomException {
            if (outer != null) {
                outer.hold(bytes, patienceNanos);
            } else if (bytes > held) {
                long wanted = Math.min(most, (Math.max(bytes, 2 * held) + STEP - 1) / STEP * STEP);
                take(wanted - held, held > 0, System.nanoTime() + patienceNanos);
                held = wanted;
            }
        }

        @Override
        public void close() {
            if (outer == null) {
                shares.remove();
                give(held);
                held = 0;
            }
        }
    }

    private synchronized void take(long bytes, boolean more, long until) throws NoRoomException {
        if (free < bytes) {
            if (more && growing) {
                throw new NoRoomException(most);
            }
            growing |= more;
            try {
                awaitRoom(bytes, until);
            } finally {
                growing &= !more;
            }
        }
        free -= bytes;
    }

    private void awaitRoom(long bytes, long until) throws NoRoomException {
        while (free < bytes) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new NoRoomException(most);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NoRoomException(most);
            }
        }
    }

    private synchronized void give(long bytes) {
        if (bytes > 0) {
            free += bytes;
            notifyAll();
        }
    }
}

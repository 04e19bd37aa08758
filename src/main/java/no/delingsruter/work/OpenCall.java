package no.delingsruter.work;

import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call to an API while it is being made, by the thread that makes it. It is cut off when its lease ends. */
public final class OpenCall implements AutoCloseable {
    private static final ThreadLocal<OpenCall> OF_THREAD = new ThreadLocal<>();

    private final Lease lease;
    private final long opened = System.nanoTime();
    private Beginning beginning = () -> {};
    private @Nullable Runnable abort;
    private boolean cut;
    private volatile boolean sent;

    OpenCall(Lease lease) {
        this.lease = lease;
        OF_THREAD.set(this);
    }

    /** The call that the calling thread makes; null for none, or one that no lease is needed for. */
    public static @Nullable OpenCall ofThread() {
        return OF_THREAD.get();
    }

    /** What a call waits for, right before its first byte is sent. */
    public interface Beginning {
        void await() throws InterruptedException;
    }

    public OpenCall beginsBy(Beginning what) {
        beginning = what;
        return this;
    }

    /** Whether its first byte may be sent, which the caller then does; waits until its turn has come. */
    public boolean mayBegin() throws InterruptedIOException {
        try {
            beginning.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        sent = lease.mayCall();
        return sent;
    }

    /** @param how ends it at the server, whatever stage it is in; at once when its lease has ended already */
    public synchronized void abortBy(Runnable how) {
        abort = how;
        if (cut) {
            how.run();
        }
    }

    synchronized void cutOff() {
        if (!cut) {
            cut = true;
            if (abort != null) {
                abort.run();
            }
        }
    }

    /** Whether its lease ended before it did. */
    public synchronized boolean isCutOff() {
        return cut;
    }

    /**
     * For how long the server may be at a call that was cut off, as another instance would reckon it: one that is starved may not even
     * have read it yet. Zero for one that was not sent.
     */
    public Duration stillOpen() {
        long left = lease.longestCall().toNanos() - (System.nanoTime() - opened);
        return sent && left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
    }

    @Override
    public void close() {
        OF_THREAD.remove();
        lease.ends(this);
    }
}

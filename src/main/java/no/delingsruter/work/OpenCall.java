package no.delingsruter.work;

import org.jspecify.annotations.Nullable;

/** A call to an API while it is being made, by the thread that makes it. It is cut off when its lease ends. */
public final class OpenCall implements AutoCloseable {
    private static final ThreadLocal<OpenCall> OF_THREAD = new ThreadLocal<>();

    private final Lease lease;
    private @Nullable Runnable abort;
    private boolean cut;

    OpenCall(Lease lease) {
        this.lease = lease;
        OF_THREAD.set(this);
    }

    /** The call that the calling thread makes; null for none, or one that no lease is needed for. */
    public static @Nullable OpenCall ofThread() {
        return OF_THREAD.get();
    }

    /** Whether its first byte may be sent. */
    public boolean mayBegin() {
        return lease.mayCall();
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

    @Override
    public void close() {
        OF_THREAD.remove();
        lease.ends(this);
    }
}

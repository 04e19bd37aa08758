package no.delingsruter.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.LeaseTable.Held;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of an instance by threads and connections that do nothing else. A renewal that is not answered soon is followed by the
 * next one on another connection: leases are kept on a server that takes half their life to answer, and over a connection that went dead.
 */
final class LeaseRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewal.class);
    private static final int CONNECTIONS = 3;

    private final LeaseTable table;
    private final LeaseTimes times;
    private final Supplier<Duration> bound;
    private final Renewed renewed;
    private final LeaseTrouble trouble;
    private final Deque<LeaseTable> idle = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(Daemons.named("lease-renewal"));
    private long begun;
    private long sentOfLast;
    private long opened;
    private boolean opening;
    /** Those that are idle, and those that wait for an answer; not one that is being opened. */
    private int connections;

    private boolean closed;

    /** The leases to be renewed, and what has come of it. */
    interface Renewed {
        List<Held> held();

        /**
         * @param kept     those that are still held
         * @param sent     nanoTime before it was sent
         * @param sentWall the same, as currentTimeMillis
         */
        void answered(List<Held> asked, Set<UnitId> kept, long sent, long sentWall);
    }

    /** @param bound see {@link LeaseTable#renew} */
    LeaseRenewal(LeaseTable table, LeaseTimes times, Supplier<Duration> bound, Renewed renewed, LeaseTrouble trouble) {
        this.table = table;
        this.times = times;
        this.bound = bound;
        this.renewed = renewed;
        this.trouble = trouble;
    }

    void start() {
        begun = System.nanoTime();
        sentOfLast = begun;
        opened = begun - times.afterFailure().toNanos();
        threads.execute(this::run);
    }

    private synchronized void run() {
        while (!closed) {
            long now = System.nanoTime();
            boolean due = now - sentOfLast >= times.renew().toNanos();
            if (due && !idle.isEmpty() && now - begun >= times.again().toNanos()) {
                begun = now;
                LeaseTable free = idle.remove();
                threads.execute(() -> renewOnOpen(free));
            } else if (connections < CONNECTIONS || (due && idle.isEmpty())) {
                open(now);
            }
            try {
                wait(times.tick().toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void open(long now) {
        if (!opening && now - opened >= times.afterFailure().toNanos()) {
            opening = true;
            opened = now;
            threads.execute(this::renewOnNew);
        }
    }

    private void renewOnOpen(LeaseTable on) {
        boolean answered = renew(on);
        synchronized (this) {
            if (answered && !closed) {
                idle.add(on);
                return;
            }
            connections--;
        }
        on.close();
    }

    private void renewOnNew() {
        LeaseTable on = table.another();
        boolean answered = renew(on);
        synchronized (this) {
            opening = false;
            if (answered && !closed && connections < CONNECTIONS) {
                connections++;
                idle.add(on);
                return;
            }
        }
        on.close();
    }

    private boolean renew(LeaseTable on) {
        // Before it is sent: whatever the way takes, the database's end is later
        long sent = System.nanoTime();
        long sentWall = System.currentTimeMillis();
        try {
            List<Held> held = renewed.held();
            renewed.answered(held, on.renew(held, bound.get()), sent, sentWall);
            if (isLast(sent)) {
                trouble.worked(this);
            }
            return true;
        } catch (StoreException e) {
            if (!isOlder(sent)) {
                trouble.failed(this, e);
            }
        } catch (RuntimeException | Error e) {
            ProcessEnd.ifFatal(e);
            LOG.error("The leases cannot be renewed; tried again", e);
        }
        return false;
    }

    private synchronized boolean isLast(long sent) {
        boolean last = !isOlder(sent);
        if (last) {
            sentOfLast = sent;
        }
        return last;
    }

    private synchronized boolean isOlder(long sent) {
        return closed || sent - sentOfLast < 0;
    }

    /** Nothing is renewed any more; what is being asked ends by itself. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        threads.shutdown();
        for (LeaseTable one = next(); one != null; one = next()) {
            one.close();
        }
    }

    private synchronized LeaseTable next() {
        return idle.poll();
    }
}

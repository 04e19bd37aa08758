package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.ProcessEnd;
import no.delingsruter.support.SteadyClock;
import org.jspecify.annotations.Nullable;

/**
 * The lookups of one organisation: workers, which make them under its lease. The monitor of the lane guards what is not final here, and all
 * of its {@link ReadAhead}; the store is read and lookups are made without it.
 */
public final class Lane {
    private static final Duration UNTIL_OWNED = Duration.ofMillis(250);

    private final LookupRoute route;
    private final PendingLookups shared;
    private final String service;
    private final String organisation;
    private final String lookup;
    private final Executor threads;
    private final LaneHealth health;
    private final Activity activity;
    private final Undelivered undelivered = new Undelivered(AnswerMemory.OF_THE_HEAP);
    private final Lease lease;
    private final DueLookups due;
    private final ReadAhead ahead;
    private final LookupAttempts attempts;

    /** Of the lease that the read-ahead was read under. */
    private long epoch;

    private int working;
    private boolean stopped;
    /** Of the thread that reads alone. */
    private @Nullable Instant failedReading;

    public Lane(
            LookupRoute route,
            PendingLookups shared,
            String service,
            String lookup,
            String organisation,
            Executor threads) {
        this.route = route;
        this.shared = shared;
        this.service = service;
        this.lookup = lookup;
        this.organisation = organisation;
        this.threads = threads;
        this.lease = shared.leases().of(service, organisation);
        this.activity = shared.alerts().watch("Lookups of " + LaneHealth.name(service, lookup, organisation));
        this.health = new LaneHealth(shared, SteadyClock::now, service, lookup, organisation);
        this.due = new DueLookups(shared, service, organisation, lookup);
        this.ahead = new ReadAhead(undelivered, shared.workers());
        this.attempts = new LookupAttempts(
                this,
                route,
                shared,
                health,
                lease,
                undelivered,
                shared.statistics().of(service, organisation));
    }

    public String organisation() {
        return organisation;
    }

    public synchronized void stop() {
        stopped = true;
        undelivered.close();
        drop();
    }

    private void drop() {
        activity.rests();
        ahead.drop();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    public synchronized void news(Collection<LookupKey> keys) {
        ahead.news(keys);
    }

    /** Nothing of these persons may be kept any longer: their rows are gone. */
    public void erased(Collection<String> identifikatorer) {
        Predicate<LookupKey> gone = key -> identifikatorer.contains(key.identifikator());
        synchronized (this) {
            ahead.erased(gone);
        }
        undelivered.forget(gone);
        shared.answers().forget(service, organisation, gone);
    }

    /**
     * Reads ahead when there is room; {@link #fill} is to follow, after what was read is on disk.
     *
     * @return whether there is anything to wait for
     */
    public boolean read() {
        Instant now = SteadyClock.now();
        if (waitsUntil(now) != null) {
            return false;
        }
        int room;
        synchronized (this) {
            room = ahead.room(now);
        }
        if (room == 0 && !health.storeAway()) {
            return false;
        }
        try {
            read(room);
            health.storeIsThere();
            shared.alerts().ends(Alerts.STORE);
            return true;
        } catch (StoreException e) {
            shared.alerts().begins(Alerts.STORE, e.getMessage(), Severity.STANDSTILL);
            failedReading = now.plusSeconds(1);
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            health.unforeseen(e);
            failedReading = health.pausedUntil();
        }
        return false;
    }

    private void read(int limit) {
        boolean enoughForLater;
        synchronized (this) {
            enoughForLater = ahead.readingBegins();
        }
        DueLookups.Read read = due.read(limit, enoughForLater);
        synchronized (this) {
            ahead.hasRead(read);
        }
    }

    /** Sets workers to work on what has been read; answers when to come again. */
    public Instant fill() {
        Instant now = SteadyClock.now();
        Instant until = failedReading == null ? waitsUntil(now) : failedReading;
        failedReading = null;
        synchronized (this) {
            ahead.take(epoch, stopped);
            if (until != null) {
                return until;
            }
            if (ahead.isEmpty()) {
                activity.rests();
            } else {
                activity.hasWork();
            }
            int waiting = ahead.waiting(health.isProbing());
            for (int more = Math.min(health.workers() - working, waiting); more > 0; more--) {
                threads.execute(this::work);
                working++;
            }
            Instant nothingBefore = ahead.nothingBefore();
            return nothingBefore.isAfter(now) && ahead.isEmpty() ? nothingBefore : now.plusSeconds(1);
        }
    }

    /** Until when nothing may be begun; null when it may. */
    private @Nullable Instant waitsUntil(Instant now) {
        Instant held = shared.arrivals().heldUntil(service, organisation);
        if (held.isAfter(now)) {
            return held;
        }
        synchronized (this) {
            if (stopped) {
                return Instant.MAX;
            }
            long current = lease.epoch();
            if (current != epoch) {
                drop();
                epoch = current;
            }
            if (epoch == Lease.NONE) {
                return now.plus(UNTIL_OWNED);
            }
            if (!mayLookUp()) {
                activity.rests();
                health.setAside();
                return now.plus(UNTIL_OWNED);
            }
            if (health.pausedUntil().isAfter(now)) {
                activity.waits(Duration.between(now, health.pausedUntil()));
                return health.pausedUntil();
            }
            return null;
        }
    }

    private boolean mayLookUp() {
        return shared.states().looksUp(service, organisation, lookup);
    }

    private void work() {
        try {
            workOff();
        } finally {
            synchronized (this) {
                working--;
            }
            route.wake();
        }
    }

    private void workOff() {
        for (long begun = lease.begin(); begun != Lease.NONE; begun = lease.begin()) {
            PendingLookup next = null;
            try {
                next = next(begun);
            } finally {
                if (next == null) {
                    lease.end();
                }
            }
            if (next == null) {
                return;
            }
            attempts.make(next, activity.begins());
        }
    }

    /** Null when there is nothing to do. */
    private synchronized @Nullable PendingLookup next(long begun) {
        PendingLookup next = stopped
                        || begun != epoch
                        || !mayLookUp()
                        || health.pausedUntil().isAfter(SteadyClock.now())
                        || working > health.workers()
                ? null
                : ahead.next(health.isProbing());
        if (next != null && ahead.isLow()) {
            route.wake();
        }
        return next;
    }

    synchronized boolean hasJoined(PendingLookup pending) {
        return ahead.hasJoined(pending);
    }

    synchronized void routeEnded(PendingLookup pending) {
        ahead.routeEnded(pending);
    }

    /**
     * What was begun has ended: its subject may be looked up again.
     *
     * @param over whether it is done
     */
    void free(PendingLookup pending, Activity.Piece piece, boolean over) {
        piece.ends();
        synchronized (this) {
            ahead.free(pending, over);
        }
        lease.end();
    }
}

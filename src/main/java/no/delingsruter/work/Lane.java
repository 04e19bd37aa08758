package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Stream;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.store.Ending;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.ProcessEnd;
import no.delingsruter.support.SteadyClock;
import org.jspecify.annotations.Nullable;

/** The lookups of one organisation: a bounded read-ahead, its workers, and how it fares. */
public final class Lane {
    private static final int AHEAD = 500;
    private static final int LOW = 100;
    private static final Duration UNTIL_OWNED = Duration.ofMillis(250);

    private final LookupRoute route;
    private final PendingLookups shared;
    private final String service;
    private final String organisation;
    private final String lookup;
    private final Executor threads;
    private final LaneHealth health;
    private final Activity activity;
    private final Deque<PendingLookup> queue = new ArrayDeque<>();
    /** What operations ask for: looked up when nothing else is due. */
    private final Deque<PendingLookup> later = new ArrayDeque<>();
    /** What workers do for operations: so little that an event's lookup does not stand in line behind many that wait for a call. */
    private final Set<LookupKey> laterUnderWay = new HashSet<>();
    /** What is queued or under way, by subject. */
    private final Map<LookupKey, LookupKey> taken = new HashMap<>();
    /** Keys that came free while the store was being read: what was read of them may be out of date. */
    private final Set<LookupKey> freed = new HashSet<>();
    /** Queued keys that an event has joined since they were read. */
    private final Set<LookupKey> joined = new HashSet<>();

    private final Undelivered undelivered = new Undelivered(AnswerMemory.OF_THE_HEAP);
    private final Lease lease;
    /** Of the lease that the read-ahead was read under. */
    private long epoch;

    private boolean reading;
    /** Whether there is more to read than what was read last. */
    private boolean outdated;
    /** What has been read, and waits until it is on disk; null: nothing. */
    private @Nullable Ahead ahead;

    private @Nullable Instant failedReading;
    /** Whether a row waits for another of its person that is queued or under way. */
    private boolean anotherWaits;

    private boolean answeredLast;
    private int working;
    private boolean stopped;
    private Instant nothingBefore = Instant.MIN;

    /**
     * @param next when there will be something to read after that
     * @param all  whether nothing else is due
     */
    private record Ahead(List<PendingLookup> due, List<PendingLookup> later, Instant next, boolean all) {}

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
    }

    public String organisation() {
        return organisation;
    }

    public synchronized void stop() {
        stopped = true;
        undelivered.close();
        drop();
    }

    /** What was read ahead is another's to look up. */
    private void drop() {
        activity.rests();
        Stream.concat(queue.stream(), later.stream())
                .forEach(lookup -> taken.remove(lookup.key().subject()));
        queue.clear();
        later.clear();
        joined.clear();
        undelivered.forget(key -> true);
        readAgain();
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    public synchronized void news(Collection<LookupKey> keys) {
        readAgain();
        for (LookupKey key : keys) {
            // What is being read may have been read without this event
            if (reading || taken.containsKey(key.subject())) {
                joined.add(key);
                hurry(key.subject());
            }
        }
    }

    /** What is being read may be out of date already. */
    private void readAgain() {
        nothingBefore = Instant.MIN;
        outdated = true;
    }

    /** An event asks for what an operation has asked for. */
    private void hurry(LookupKey subject) {
        for (PendingLookup waiting : later) {
            if (waiting.key().subject().equals(subject)) {
                later.remove(waiting);
                queue.add(waiting);
                return;
            }
        }
    }

    /** Nothing of these persons may be kept any longer: their rows are gone. */
    public void erased(Collection<String> identifikatorer) {
        Predicate<LookupKey> gone = key -> identifikatorer.contains(key.identifikator());
        synchronized (this) {
            for (Deque<PendingLookup> waiting : List.of(queue, later)) {
                waiting.removeIf(queued ->
                        gone.test(queued.key()) && taken.remove(queued.key().subject()) != null);
            }
            if (ahead != null) {
                ahead.due.removeIf(read -> gone.test(read.key()));
                ahead.later.removeIf(read -> gone.test(read.key()));
            }
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
            room = queue.size() > LOW || nothingBefore.isAfter(now) ? 0 : AHEAD - queue.size() + taken.size();
        }
        if (room == 0 && !health.storeAway()) {
            return false;
        }
        try {
            read(room);
            health.storeIsThere();
            shared.alerts().ends(health.storeName());
            return true;
        } catch (StoreException e) {
            shared.alerts().begins(health.storeName(), e.getMessage(), Severity.STANDSTILL);
            failedReading = now.plusSeconds(1);
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            health.unforeseen(e);
            failedReading = health.pausedUntil();
        }
        return false;
    }

    /** Sets workers to work on what has been read; answers when to come again. */
    public Instant fill() {
        Instant now = SteadyClock.now();
        Instant until = failedReading == null ? waitsUntil(now) : failedReading;
        failedReading = null;
        synchronized (this) {
            takeAhead();
            if (until != null) {
                return until;
            }
            if (queue.isEmpty() && later.isEmpty()) {
                activity.rests();
            } else {
                activity.hasWork();
            }
            int waiting = queue.size()
                    + Math.min(later.size(), roomForLater())
                    + (health.isProbing() ? undelivered.lookups().size() : 0);
            for (int more = Math.min(health.workers() - working, waiting); more > 0; more--) {
                threads.execute(this::work);
                working++;
            }
            return nothingBefore.isAfter(now) && queue.isEmpty() && later.isEmpty()
                    ? nothingBefore
                    : now.plusSeconds(1);
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

    private void read(int limit) {
        boolean enoughForLater;
        synchronized (this) {
            freed.clear();
            outdated = false;
            reading = true;
            enoughForLater = later.size() > LOW;
        }
        Instant now = shared.store().now();
        List<PendingLookup> due = shared.store().due(service, organisation, lookup, now, limit);
        // An event must not wait while much that can wait is read
        List<PendingLookup> dueLater =
                due.size() < limit && !enoughForLater && shared.later().isAsked(service, organisation, lookup)
                        ? shared.store().dueLater(service, organisation, lookup, now, limit - due.size())
                        : new ArrayList<>();
        boolean all = !enoughForLater && due.size() + dueLater.size() < limit;
        Instant next = all ? nextDue(now) : Instant.MIN;
        synchronized (this) {
            ahead = new Ahead(due, dueLater, next, all);
        }
    }

    private void takeAhead() {
        Ahead read = ahead;
        ahead = null;
        reading = false;
        if (read == null || stopped) {
            return;
        }
        anotherWaits = false;
        take(read.due, queue);
        take(read.later, later);
        joined.removeIf(key -> !taken.containsKey(key.subject()));
        nothingBefore = read.all && !outdated ? read.next : Instant.MIN;
    }

    private void take(List<PendingLookup> due, Deque<PendingLookup> into) {
        for (PendingLookup pending : due) {
            LookupKey subject = pending.key().subject();
            LookupKey other = taken.get(subject);
            if (other != null) {
                anotherWaits |= !other.equals(pending.key());
            } else if (pending.epoch() != epoch || into.size() >= AHEAD) {
                outdated = true;
            } else if (!freed.contains(subject)) {
                taken.put(subject, pending.key());
                (joined.contains(pending.key()) ? queue : into).add(pending);
            }
        }
    }

    /** Null when it is no longer there. */
    private PendingLookup reread(PendingLookup pending) {
        PendingLookup joined = shared.store().reread(pending);
        shared.answers().awaitRows();
        return joined;
    }

    /** Without news, the store is asked this often: another process may have written to it. Many lanes must not ask all the time. */
    private Duration idle() {
        return Duration.ofMillis(
                Math.max(2000, 20L * shared.organisations().apply(service).size()));
    }

    /**
     * When to read again after everything that is due has been read.
     *
     * @param now by the store's clock, not by this machine's as what is answered
     */
    private Instant nextDue(Instant now) {
        Instant next = shared.store().nextDue(service, organisation, lookup, now);
        Duration idle = idle();
        Duration until = next == null ? idle : Duration.between(now, next);
        return SteadyClock.now().plus(until.compareTo(idle) > 0 ? idle : until);
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
            workOne(next);
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
                : next();
        if (next != null && (queue.size() == LOW || (queue.isEmpty() && later.size() == LOW))) {
            route.wake();
        }
        return next;
    }

    private void workOne(PendingLookup pending) {
        Activity.Piece piece = activity.begins();
        boolean handedOver = false;
        try {
            PendingLookup current = hasJoined(pending) ? reread(pending) : pending;
            if (current == null) {
                undelivered.drop(pending.key());
            } else {
                handedOver = true;
                run(current, piece);
            }
        } catch (StoreException e) {
            shared.alerts().begins(health.storeName(), e.getMessage());
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            health.unforeseen(e);
        } finally {
            synchronized (this) {
                laterUnderWay.remove(pending.key());
            }
            if (!handedOver) {
                free(pending, piece, false);
            }
        }
    }

    private synchronized boolean hasJoined(PendingLookup pending) {
        return joined.remove(pending.key());
    }

    /** @param over whether it is done */
    private void free(PendingLookup pending, Activity.Piece piece, boolean over) {
        piece.ends();
        synchronized (this) {
            taken.remove(pending.key().subject());
            boolean stays = joined.remove(pending.key()) || !over;
            // Of several snapshots of a key the store tells the first one alone
            boolean hides = anotherWaits || pending.key().snapshot() != 0;
            if (reading) {
                freed.add(pending.key().subject());
            }
            if (stays || hides) {
                readAgain();
            }
        }
        lease.end();
    }

    /**
     * While the lane finds out whether it can go on, what has its answer goes first, for it costs no call; but every other time the next
     * one goes, so that a few whose delivery never succeeds do not stop the others.
     */
    private PendingLookup next() {
        if (!health.isProbing()) {
            return poll();
        }
        PendingLookup next = answeredLast ? queued(false) : null;
        answeredLast = next == null;
        next = next == null ? answered() : next;
        return next == null ? poll() : next;
    }

    private PendingLookup poll() {
        PendingLookup next = queue.poll();
        if (next == null && roomForLater() > 0) {
            next = later.poll();
            if (next != null) {
                laterUnderWay.add(next.key());
            }
        }
        return next;
    }

    private int roomForLater() {
        return Math.max(0, shared.workers() / 2 + 1 - laterUnderWay.size());
    }

    /** The first one in the queue that has its answer, or that has none. */
    private PendingLookup queued(boolean answered) {
        for (PendingLookup queued : queue) {
            if (undelivered.has(queued) == answered) {
                queue.remove(queued);
                return queued;
            }
        }
        return null;
    }

    private PendingLookup answered() {
        PendingLookup queued = queued(true);
        if (queued != null) {
            return queued;
        }
        for (PendingLookup waiting : undelivered.lookups()) {
            if (taken.putIfAbsent(waiting.key().subject(), waiting.key()) == null) {
                // Its row has changed: it counts the try that failed
                joined.add(waiting.key());
                return waiting;
            }
        }
        return null;
    }

    /** It ends in {@link #free}, here or when its group is written. */
    private void run(PendingLookup pending, Activity.Piece piece) {
        Routed routed;
        Throwable failure;
        try (AnswerMemory.Share untilDelivered = AnswerMemory.OF_THE_HEAP.share()) {
            routed = new Routed(pending, untilDelivered, piece);
            failure = routed.run();
        } catch (RuntimeException | Error e) {
            free(pending, piece, false);
            throw e;
        }
        if (failure instanceof Grouped) {
            shared.results().add(routed);
        } else {
            routed.ended(failure);
        }
    }

    /** A result whose route has ended. */
    private final class Routed implements ResultGroup.Member {
        private final PendingLookup pending;
        private final LookupExecution result;
        private final Activity.Piece piece;

        private boolean dropped;

        Routed(PendingLookup pending, AnswerMemory.Share untilDelivered, Activity.Piece piece) {
            this.pending = pending;
            this.result = new LookupExecution(pending, shared.answers(), undelivered(pending, untilDelivered));
            this.piece = piece;
        }

        /** Answers what went wrong, null for nothing. */
        @Nullable
        Throwable run() {
            try {
                if (shared.wanted().test(pending.key())) {
                    return shared.transactions().run(() -> execute(pending, result));
                }
                shared.store().drop(pending);
                dropped = true;
                return null;
            } catch (Throwable e) {
                return e;
            }
        }

        @Override
        public Ending ending() {
            return result.ending();
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            try {
                result.release(AnswerMemory.OF_THE_HEAP);
                if (!dropped) {
                    conclude(pending, result, failure);
                }
            } catch (StoreException e) {
                shared.alerts().begins(health.storeName(), e.getMessage());
            } catch (Throwable e) {
                ProcessEnd.ifFatal(e);
                health.unforeseen(e);
            } finally {
                result.end();
                free(pending, piece, failure == null);
            }
        }
    }

    /** Null, so that the lookup is made again, when there is none or no room to deliver it. */
    private Undelivered.@Nullable Kept undelivered(PendingLookup pending, AnswerMemory.Share room) {
        Undelivered.Kept waiting = undelivered.take(pending);
        try {
            room.hold(waiting == null ? 0 : waiting.answer().body().length, 0);
            return waiting;
        } catch (AnswerMemory.NoRoomException e) {
            if (waiting.noted() != null) {
                waiting.noted().end();
            }
            return null;
        }
    }

    /** @param failure null when it is done, and that is committed */
    private void conclude(PendingLookup pending, LookupExecution result, @Nullable Throwable failure) {
        if (failure != null) {
            ProcessEnd.ifFatal(failure);
        }
        if (failure == null) {
            shared.statistics().of(service, organisation).done(result.done(), result.route());
            health.succeeded();
        } else if (isStopped() && !(failure instanceof Store.RemovedException)) {
            // What fails while everything stops says nothing about the key
            result.leave();
        } else if (lease.isValid(pending.epoch()) && !(failure instanceof Store.RemovedException)) {
            // Nor does what fails when another instance has taken over
            boolean answered = !(failure instanceof CallFailedException) && result.answer() != null;
            if (answered) {
                undelivered.keep(pending, result.answer());
            }
            health.failed(pending, failure, result.failedAt());
            if (answered) {
                note(pending, result.answer());
            }
        }
    }

    /** An answer that could not be delivered outlives a restart; not what was parked, or erased while it was under way. */
    private void note(PendingLookup pending, FetchedAnswer answer) {
        Instant due = shared.store().dueAt(pending.key());
        if (due == null) {
            undelivered.drop(pending.key());
            return;
        }
        ResponseJournal.Kept noted = shared.answers().keep(pending, answer, due);
        if (!undelivered.note(pending, noted)) {
            if (isStopped()) {
                noted.leave(pending);
            } else {
                noted.end();
            }
        }
    }

    /**
     * Runs the route and, in the same transaction, removes the row; answers what went wrong, null for nothing. A result that nothing but the
     * store has taken, and that has not failed before, may leave that to the group.
     */
    private Throwable execute(PendingLookup pending, LookupExecution result) {
        try {
            result.run(route, shared.store(), shared.results() != null && pending.attempts() == 0);
            if (result.mayGroup() && result.keepAside(AnswerMemory.OF_THE_HEAP)) {
                return new Grouped();
            }
            shared.store().done(List.of(result.ending()));
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** Not a failure: nothing has been done yet in the transaction, which ends without a trace. */
    private static final class Grouped extends Exception {
        private static final long serialVersionUID = 1L;

        Grouped() {
            super(null, null, false, false);
        }
    }
}

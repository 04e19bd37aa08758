package no.delingsruter.work;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has read ahead, bounded, and what of it is under way: which lookup is next, and when there is to be read more. Not thread
 * safe: the monitor of its {@link Lane} guards all of it, and the lane holds it whenever it calls a method.
 */
final class ReadAhead {
    private static final int MOST = 500;
    private static final int LOW = 100;

    private final Undelivered undelivered;
    private final int workers;
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

    private boolean reading;
    /** Whether there is more to read than what was read last. */
    private boolean outdated;
    /** What has been read, and waits until it is on disk; null: nothing. */
    private DueLookups.@Nullable Read read;
    /** Whether a row waits for another of its person that is queued or under way. */
    private boolean anotherWaits;

    private boolean answeredLast;
    private Instant nothingBefore = Instant.MIN;

    /** @param workers of the lane, when nothing is wrong */
    ReadAhead(Undelivered undelivered, int workers) {
        this.undelivered = undelivered;
        this.workers = workers;
    }

    /** What was read ahead is another's to look up. */
    void drop() {
        Stream.concat(queue.stream(), later.stream())
                .forEach(lookup -> taken.remove(lookup.key().subject()));
        queue.clear();
        later.clear();
        joined.clear();
        undelivered.forget(key -> true);
        readAgain();
    }

    /** Events have come for these. */
    void news(Collection<LookupKey> keys) {
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

    /** The rows of these are gone. */
    void erased(Predicate<LookupKey> gone) {
        for (Deque<PendingLookup> waiting : List.of(queue, later)) {
            waiting.removeIf(queued ->
                    gone.test(queued.key()) && taken.remove(queued.key().subject()) != null);
        }
        if (read != null) {
            read.due().removeIf(pending -> gone.test(pending.key()));
            read.later().removeIf(pending -> gone.test(pending.key()));
        }
    }

    /** How many to read now; 0 for none. */
    int room(Instant now) {
        return queue.size() > LOW || nothingBefore.isAfter(now) ? 0 : MOST - queue.size() + taken.size();
    }

    /** The store is going to be read. @return whether enough of what operations ask for is here */
    boolean readingBegins() {
        freed.clear();
        outdated = false;
        reading = true;
        return later.size() > LOW;
    }

    /** It has been read, and may be erased until it is {@link #take taken}. */
    void hasRead(DueLookups.Read due) {
        read = due;
    }

    /**
     * What has been read is on disk: it is to be looked up.
     *
     * @param epoch   that it must have been read under
     * @param stopped whether it is not to be looked up
     */
    void take(long epoch, boolean stopped) {
        DueLookups.Read due = read;
        read = null;
        reading = false;
        if (due == null || stopped) {
            return;
        }
        anotherWaits = false;
        take(due.due(), queue, epoch);
        take(due.later(), later, epoch);
        joined.removeIf(key -> !taken.containsKey(key.subject()));
        nothingBefore = due.all() && !outdated ? due.next() : Instant.MIN;
    }

    private void take(List<PendingLookup> due, Deque<PendingLookup> into, long epoch) {
        for (PendingLookup pending : due) {
            LookupKey subject = pending.key().subject();
            LookupKey other = taken.get(subject);
            if (other != null) {
                anotherWaits |= !other.equals(pending.key());
            } else if (pending.epoch() != epoch || into.size() >= MOST) {
                outdated = true;
            } else if (!freed.contains(subject)) {
                taken.put(subject, pending.key());
                (joined.contains(pending.key()) ? queue : into).add(pending);
            }
        }
    }

    boolean isEmpty() {
        return queue.isEmpty() && later.isEmpty();
    }

    /** Whether it is time to read more. */
    boolean isLow() {
        return queue.size() == LOW || (queue.isEmpty() && later.size() == LOW);
    }

    /** How many may be begun now. */
    int waiting(boolean probing) {
        return queue.size()
                + Math.min(later.size(), roomForLater())
                + (probing ? undelivered.lookups().size() : 0);
    }

    /** Before that there is nothing to read. */
    Instant nothingBefore() {
        return nothingBefore;
    }

    /**
     * The lookup that is to be made next; null for none.
     *
     * @param probing While the lane finds out whether it can go on, what has its answer goes first, for it costs no call; but every other
     *                time the next one goes, so that a few whose delivery never succeeds do not stop the others.
     */
    @Nullable
    PendingLookup next(boolean probing) {
        if (!probing) {
            return poll();
        }
        PendingLookup next = answeredLast ? queued(false) : null;
        answeredLast = next == null;
        next = next == null ? answered() : next;
        return next == null ? poll() : next;
    }

    private @Nullable PendingLookup poll() {
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
        return Math.max(0, workers / 2 + 1 - laterUnderWay.size());
    }

    /** The first one in the queue that has its answer, or that has none. */
    private @Nullable PendingLookup queued(boolean answered) {
        for (PendingLookup queued : queue) {
            if (undelivered.has(queued) == answered) {
                queue.remove(queued);
                return queued;
            }
        }
        return null;
    }

    private @Nullable PendingLookup answered() {
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

    /** Whether its row has changed since it was read; told once. */
    boolean hasJoined(PendingLookup pending) {
        return joined.remove(pending.key());
    }

    /** Its route has ended: another one of an operation's may begin. */
    void routeEnded(PendingLookup pending) {
        laterUnderWay.remove(pending.key());
    }

    /**
     * It is not under way any more.
     *
     * @param over whether it is done
     */
    void free(PendingLookup pending, boolean over) {
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
}

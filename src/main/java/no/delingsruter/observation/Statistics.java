package no.delingsruter.observation;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts since the start, by service and organisation. Never anything that names a person. */
public final class Statistics {
    private final Map<Id, Counts> counts = new ConcurrentHashMap<>();

    /** What is counted together. */
    public record Id(String service, String organisation) implements Comparable<Id> {
        @Override
        public int compareTo(Id other) {
            int byService = service.compareTo(other.service);
            return byService != 0 ? byService : organisation.compareTo(other.organisation);
        }

        @Override
        public String toString() {
            return organisation.equals("self") ? service : service + " for " + organisation;
        }
    }

    /** The counts of one service and organisation. */
    public static final class Counts {
        public final LongAdder eventsRead = new LongAdder();
        public final LongAdder delivered = new LongAdder();
        public final LongAdder parked = new LongAdder();
        public final LongAdder failedTries = new LongAdder();
        /** Calls for lookups that were answered, and the time they took. */
        public final LongAdder lookups = new LongAdder();

        public final LongAdder lookupNanos = new LongAdder();
        /** When the event list was last read without trouble, {@link System#nanoTime()}; from the start on when it never was. */
        public volatile long polled = System.nanoTime();
        /** The last sekvensnummer that was passed, 0 for none. */
        public volatile long position;
        /** A sekvensnummer that the list goes to or beyond, as it said last; 0 when that is not known. */
        public volatile long head;
        /** When the list was asked for it, null for never. */
        public volatile Instant checkedAt;

        /** Numbers known to be in front, at least so many; as numbers have gaps, at most so many events. -1 when nothing is known. */
        public long behind() {
            return head == 0 ? -1 : Math.max(0, head - position);
        }
    }

    public Counts of(String service, String organisation) {
        return counts.computeIfAbsent(new Id(service, organisation), id -> new Counts());
    }

    public Map<Id, Counts> all() {
        return new TreeMap<>(counts);
    }
}

package no.delingsruter.observation;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import no.delingsruter.model.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts since the start, by service and organisation. Never anything that names a person. */
public final class Statistics {
    private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);
    /** So many in a row that are left out are said once. */
    private static final int MANY = 1_000;

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
        /** Lookups that were done, in whatever way. */
        public final LongAdder delivered = new LongAdder();
        /** How they were done. */
        private final Map<Done, LongAdder> done = new EnumMap<>(Done.class);
        /** Lookups that were done. */
        public final RecentRate rate = new RecentRate();

        /** Events and results that nobody asked for, by the rule or the route that left them out. */
        private final Map<String, LongAdder> leftOut = new ConcurrentHashMap<>();

        public final LongAdder parked = new LongAdder();
        /** Lookups that found nothing although their event says that there is something. */
        public final LongAdder contradictions = new LongAdder();

        public final LongAdder failedTries = new LongAdder();
        /** Calls for lookups that were answered, and the time they took. */
        public final LongAdder lookups = new LongAdder();

        public final LongAdder lookupNanos = new LongAdder();
        /** When the event list was last read without trouble, {@link System#nanoTime()}; from the start on when it never was. */
        public volatile long polled = System.nanoTime();

        private volatile Consumer<String> found = by -> {};

        private final Id id;
        private final Map<String, Long> inARow = new ConcurrentHashMap<>();
        private final Set<String> said = ConcurrentHashMap.newKeySet();

        private Counts(Id id) {
            this.id = id;
            for (Done how : Done.values()) {
                done.put(how, new LongAdder());
            }
        }

        /** @param route that a result came through */
        public void done(Done how, String route) {
            done.get(how).increment();
            rate.mark();
            if (how == Done.LEFT_OUT) {
                leftOut(route, 1);
            } else {
                cameThrough(route);
            }
        }

        public long done(Done how) {
            return done.get(how).sum();
        }

        /** Events or results that nobody asked for, by the route or rule that left them out. */
        public void leftOut(String by, long amount) {
            leftOut.computeIfAbsent(by, any -> {
                        found.accept(any);
                        return new LongAdder();
                    })
                    .add(amount);
            if (inARow.merge(by, amount, Long::sum) >= MANY && said.add(by)) {
                LOG.warn(
                        "{}: {} has left out all of the last {} events or results; is that meant?",
                        id,
                        by,
                        inARow.get(by));
            }
        }

        /** Something was not left out by it. */
        public void cameThrough(String by) {
            if (!inARow.isEmpty()) {
                inARow.remove(by);
            }
        }

        /** @param told of each route or rule, when it leaves something out for the first time */
        void whenLeftOut(Consumer<String> told) {
            found = told;
        }

        public Map<String, Long> leftOut() {
            Map<String, Long> result = new TreeMap<>();
            leftOut.forEach((by, amount) -> result.put(by, amount.sum()));
            return result;
        }

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
        return counts.computeIfAbsent(new Id(service, organisation), Counts::new);
    }

    public Map<Id, Counts> all() {
        return new TreeMap<>(counts);
    }
}

package no.delingsruter.skatteetaten.list;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the events that were read, so that what turns up late at or below the last number is told from them; and when to look
 * back for such. Used by one thread at a time.
 */
final class LateEvents {
    private static final Logger LOG = LoggerFactory.getLogger(LateEvents.class);

    private final String list;
    private final LookBack lookBack;
    private final InstantSource clock;
    private SeenEvents seen = SeenEvents.none(0);
    /** Once the answer has been dealt with. */
    private SeenEvents then = seen;

    private int quiet;
    /** A look back that one answer does not hold goes on from here. */
    private long back = Long.MIN_VALUE;
    /** When the look back was decided on, so that it finds all that had turned up until then. */
    private long decided;

    private boolean forgets;
    private boolean changed;

    /** @param list for the log */
    LateEvents(String list, LookBack lookBack, InstantSource clock) {
        this.list = list;
        this.lookBack = lookBack;
        this.clock = clock;
    }

    /** @param read what is known of the events that were read up to {@code last} */
    void moveTo(long last, SeenEvents read) {
        seen = lookBack.byTime() && read.knows(last) && read.times().isEmpty() ? timed(read, last) : read;
        back = Long.MIN_VALUE;
        decided = 0;
    }

    boolean knows(long number) {
        return seen.knows(number);
    }

    /** The number that a look back goes on from. */
    long from(long last) {
        return Math.max(back, Math.max(seen.from(), lookBack.lowest(last)));
    }

    /** How many events, or numbers, lie behind the last one for a look back. */
    long behind() {
        return lookBack.byTime() ? seen.size() : lookBack.numbers();
    }

    /** An answer comes; until it is read, what was known stays so. */
    void begin() {
        then = seen;
    }

    /** Whether what was read stands there no longer: then what turns up late cannot be told. */
    boolean contradicts(List<Numbered> answer, long last) {
        if (!seen.contradicts(answer)) {
            return false;
        }
        if (!changed) {
            changed = true;
            LOG.warn(
                    "{}: an event is not what it was when it was read, at or below the number {}: the list has begun anew, or changes"
                            + " what it holds; what turns up late is not followed then",
                    list,
                    last);
        }
        return true;
    }

    /**
     * What of an answer was not read yet, in the order of its numbers.
     *
     * @param last   number that was read
     * @param wanted the lowest number that was asked for
     */
    List<Numbered> fresh(List<Numbered> answer, long last, long wanted) {
        Set<List<Object>> once = new HashSet<>();
        List<Numbered> fresh = new ArrayList<>();
        long lowest = Math.max(wanted, seen.from());
        for (Numbered event : answer) {
            boolean asked = event.number() <= last ? event.number() >= lowest : event.number() != Numbered.NONE;
            if (asked && !seen.has(event) && once.add(List.of(event.number(), event.hash()))) {
                fresh.add(event);
            }
        }
        fresh.sort(Comparator.comparingLong(Numbered::number));
        long late = fresh.stream().filter(event -> event.number() <= last).count();
        if (late > 0) {
            LOG.info(
                    "{}: events turned up at or below the last number read ({}) and are followed: {}, the lowest is {}",
                    list,
                    last,
                    late,
                    fresh.get(0).number());
        }
        return fresh;
    }

    /**
     * These were read.
     *
     * @param last number, with them
     */
    void read(List<Numbered> fresh, long last) {
        quiet = 0;
        then = seen.with(fresh, lookBack.lowest(last));
        then = lookBack.byTime() ? timed(then, last) : then.at(ReadTimes.NONE);
    }

    private SeenEvents timed(SeenEvents read, long number) {
        if (read.size() > LookBack.MOST_EVENTS && !forgets) {
            forgets = true;
            LOG.info(
                    "{}: more events were read within its look-back than are remembered; what turns up late is looked for behind the"
                            + " last {}",
                    list,
                    LookBack.MOST_EVENTS);
        }
        return read.most(LookBack.MOST_EVENTS)
                .at(read.times().with(number, clock.millis(), lookBack.time().toMillis()));
    }

    /** Nothing is known of what was read up to {@code last} any more. */
    void forget(long last) {
        then = SeenEvents.none(last + 1);
    }

    /**
     * Nothing new, once more. Whether to look back now: by numbers after 1, 2, 4, ... times of nothing new, for what turns up late turns up
     * soon; by time every time, and once more when the time is over.
     */
    boolean looksBack(long last) {
        quiet++;
        boolean now = lookBack.byTime()
                ? !then.times().isEmpty()
                : lookBack.numbers() > 0 && Integer.bitCount(quiet) == 1 && seen.from() <= last;
        if (now) {
            decided = clock.millis();
        }
        return now;
    }

    /** A look back is not over; it goes on from here. */
    void goOn(long number) {
        back = number;
    }

    /**
     * The next look back begins anew. What had been read for the whole time when one began is forgotten after it, but for the last number.
     *
     * @param after whether one has ended
     */
    void lookedBack(boolean after, long last) {
        back = Long.MIN_VALUE;
        if (after && lookBack.byTime()) {
            ReadTimes times = then.times();
            long over = decided - lookBack.time().toMillis();
            long until = times.until(over, Long.MIN_VALUE);
            then = then.with(List.of(), Math.min(last, until == Long.MIN_VALUE ? until : until + 1))
                    .at(times.after(over));
        }
    }

    /** What is known once the answer has been dealt with. */
    SeenEvents then() {
        return then;
    }

    /** The answer has been dealt with. */
    void passed() {
        seen = then;
    }
}

package no.delingsruter.skatteetaten.list;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How one organisation follows one list: from which number it asks next, and what an answer tells about the list. After a page the last
 * number is asked for again, which costs nothing: a list whose cursor is inclusive answers with it, and with what else has that number.
 * Used by one thread at a time.
 */
final class Cursor {
    private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);

    private enum Ask {
        /** What comes after the last number. */
        NEXT,
        /** The last number again, and what comes after it. */
        AGAIN,
        /** Whether a number comes after the one before it, since it was not there when asked from. */
        BEFORE,
        /** Whether a number that is there is answered when asked from. */
        PROBE,
        /** Whether anything is at a position that need be no event's number, or after it. */
        POSITION,
        /** What has turned up behind the last number. */
        BACK,
        /** Beyond numbers of which the list answers that there is nothing. */
        STEP
    }

    private final String name;
    private final String service;
    private final String key;
    private final Convention configured;
    private final int pageSize;
    private final LookBack lookBack;
    private final boolean onePerKey;
    private final InstantSource clock;
    private volatile Convention convention;
    private boolean proven;
    private long last = Long.MIN_VALUE;
    private SeenEvents seen = SeenEvents.none(0);
    private Ask ask = Ask.NEXT;
    private long at;
    private long head;
    private int size;
    private boolean goesOn;
    /** Nothing new is to be asked for once more, in as large a page as there is. */
    private boolean wide;

    private boolean gone;
    private int quiet;
    /** A look back that one answer does not hold goes on from here. */
    private long back = Long.MIN_VALUE;
    /** When the look back was decided on, so that it finds all that had turned up until then. */
    private long decided;

    private boolean forgets;
    private boolean changed;
    /** What becomes of it once the answer has been dealt with. */
    private Ask then = Ask.NEXT;

    private long thenLast;
    private SeenEvents thenSeen = seen;
    private boolean more;
    private boolean full;

    /**
     * @param name       of the list, for the log
     * @param configured {@code <service>.cursor}; null: to be found out
     * @param expected   as documented
     * @param onePerKey  an answer holds a key once, so that a number may vanish when its key gets another
     */
    Cursor(
            String name,
            String service,
            Convention configured,
            Convention expected,
            int pageSize,
            LookBack lookBack,
            boolean onePerKey,
            InstantSource clock) {
        this.name = name;
        this.service = service;
        this.key = service + ".cursor";
        this.configured = configured;
        this.convention = configured == null ? expected : configured;
        this.pageSize = pageSize;
        this.lookBack = lookBack;
        this.onePerKey = onePerKey;
        this.clock = clock;
        this.size = pageSize;
    }

    /** What an answer tells that stands in the way of going on; the message is fit for a log. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Whether the list has been followed to {@code number} by this cursor. */
    boolean isAt(long number) {
        return last == number;
    }

    /** @param read what is known of the events that were read */
    void moveTo(long number, SeenEvents read) {
        last = number;
        seen = lookBack.byTime() && read.knows(number) && read.times().isEmpty() ? timed(read, number) : read;
        back = Long.MIN_VALUE;
        decided = 0;
        ask = seen.knows(last) ? Ask.AGAIN : Ask.NEXT;
    }

    /** The number to ask from. */
    long from() {
        long first = wanted();
        return switch (ask) {
            case BEFORE -> at - 1;
            case PROBE -> at;
            // An exclusive list answers with the number before the position, too
            case POSITION -> Math.max(0, last - 2);
            default -> convention == Convention.INCLUSIVE ? first : first - 1;
        };
    }

    private long wanted() {
        return switch (ask) {
            case AGAIN -> last;
            case BACK -> Math.max(back, Math.max(seen.from(), lookBack.lowest(last)));
            case STEP -> at;
            default -> last + 1;
        };
    }

    /** So many events are asked for: those of a page, or more while one number fills it, and what lies behind for a look back. */
    int size() {
        long behind = lookBack.byTime() ? seen.size() : lookBack.numbers();
        return switch (ask) {
            case BACK -> (int) Math.max(pageSize, Math.min(EventList.MOST, pageSize + behind));
            case POSITION -> EventList.MOST;
            default -> size;
        };
    }

    /** Whether what is asked for is only what comes after the last number. */
    boolean plain() {
        return ask == Ask.NEXT;
    }

    /** Whether a refusal tells no more than that a number is not there. */
    boolean asksBefore() {
        return ask == Ask.BEFORE;
    }

    /** Whether it is in the middle of nothing, so that the list may be checked. */
    boolean settled() {
        return !gone && (ask == Ask.NEXT || ask == Ask.AGAIN || ask == Ask.BACK);
    }

    /**
     * The last number is asked for again, if one was read; else whether the list goes to the position at all.
     *
     * @param first number of a day's events, the latest that is known; 0 for none
     */
    void check(long first) {
        head = first;
        wide = pageSize < EventList.MOST;
        thenLast = last;
        thenSeen = seen;
        more = true;
        then = seen.knows(last) ? Ask.AGAIN : head > 0 && head < last - 1 ? Ask.POSITION : Ask.NEXT;
    }

    /** The last number that was read. */
    long last() {
        return last;
    }

    /** The last number once the answer has been dealt with. */
    long thenLast() {
        return thenLast;
    }

    /** What is then known of the events that were read. */
    SeenEvents thenSeen() {
        return thenSeen;
    }

    /** Whether to ask again at once. */
    boolean more() {
        return more;
    }

    /** Whether the answer held as much as was asked for. */
    boolean full() {
        return full;
    }

    /**
     * What of an answer is new, in the order of its numbers.
     *
     * @throws StoppedException when the list cannot be followed so
     */
    List<Numbered> read(List<Numbered> answer) {
        long from = from();
        full = answer.size() >= size();
        more = true;
        then = ask;
        thenLast = last;
        thenSeen = seen;
        boolean there = holds(answer, from);
        if (ask == Ask.POSITION) {
            then = Ask.NEXT;
            if (answer.stream().noneMatch(event -> event.number() >= last - 1)) {
                throw new StoppedException(ListLook.beyond(service, last, "a day's events begin at " + head));
            }
            return List.of();
        }
        if (ask == Ask.PROBE) {
            if (there) {
                found(Convention.INCLUSIVE);
            }
            then = there ? Ask.NEXT : Ask.BEFORE;
            return List.of();
        }
        if (ask == Ask.BEFORE) {
            then = at == last ? Ask.AGAIN : Ask.NEXT;
            if (holds(answer, at)) {
                found(Convention.EXCLUSIVE);
            } else if (at == last) {
                return lost();
            }
            return List.of();
        }
        if (there) {
            found(Convention.INCLUSIVE);
        } else if (ask == Ask.AGAIN && !holds(answer, last)) {
            goesOn = answer.stream().anyMatch(event -> event.number() > last);
            if (gone || convention == Convention.EXCLUSIVE) {
                return lost();
            }
            at = last;
            then = Ask.BEFORE;
            return List.of();
        } else if (convention == Convention.INCLUSIVE && !proven && ask == Ask.NEXT) {
            var lowest = answer.stream()
                    .filter(event -> event.odd() == null)
                    .mapToLong(Numbered::number)
                    .min();
            if (lowest.isPresent() && lowest.getAsLong() > from) {
                at = lowest.getAsLong();
                then = Ask.PROBE;
                return List.of();
            }
        }
        return fresh(answer, from);
    }

    private static boolean holds(List<Numbered> answer, long number) {
        return answer.stream().anyMatch(event -> event.number() == number && event.odd() == null);
    }

    private void found(Convention is) {
        if (configured != null && configured != is) {
            more = false;
            throw new StoppedException(key + "=" + configured.text() + ", but the list is " + is.text()
                    + ": asked from a number that it holds, it answers "
                    + (is == Convention.INCLUSIVE ? "with" : "without")
                    + " it; set " + key + " to auto or " + is.text());
        }
        if (!proven || convention != is) {
            LOG.info("{}: its cursor is {}, as its answers show", name, is.text());
        }
        gone = false;
        convention = is;
        proven = true;
    }

    /** As found out, or as it is documented until then. */
    Convention convention() {
        return convention;
    }

    /** The last number is not there any more. */
    private List<Numbered> lost() {
        if (goesOn) {
            LOG.atLevel(onePerKey ? Level.DEBUG : Level.WARN)
                    .log("{}: the last number read ({}) is no longer there, but the list goes on after it", name, last);
            gone = false;
            thenSeen = SeenEvents.none(last + 1);
            then = Ask.NEXT;
            return List.of();
        }
        gone = true;
        ask = Ask.AGAIN;
        throw new StoppedException("the list holds neither the last number that was read (" + last
                + ") nor anything after it" + (head > 0 && head < last ? "; a day's events begin at " + head : "")
                + ListLook.anew(service));
    }

    private List<Numbered> fresh(List<Numbered> answer, long from) {
        if (!answer.isEmpty()
                && answer.stream().allMatch(event -> event.number() != Numbered.NONE && event.number() < from)) {
            throw new BrokenAnswerException("all its numbers are lower than the one asked for");
        }
        Set<List<Object>> once = new HashSet<>();
        List<Numbered> fresh = new ArrayList<>();
        if (contradicts(answer)) {
            lookedBack();
            then = Ask.NEXT;
            return List.of();
        }
        for (Numbered event : answer) {
            boolean late = event.number() <= last;
            boolean wanted = late ? event.number() >= Math.max(wanted(), seen.from()) : event.number() != Numbered.NONE;
            if (wanted && !seen.has(event) && once.add(List.of(event.number(), event.hash()))) {
                fresh.add(event);
            }
        }
        fresh.sort(Comparator.comparingLong(Numbered::number));
        List<Numbered> late =
                fresh.stream().filter(event -> event.number() <= last).toList();
        if (!late.isEmpty()) {
            LOG.info(
                    "{}: events turned up at or below the last number read ({}) and are followed: {}, the lowest is {}",
                    name,
                    last,
                    late.size(),
                    late.get(0).number());
        }
        if (!fresh.isEmpty()) {
            thenLast = Math.max(last, fresh.get(fresh.size() - 1).number());
            thenSeen = seen.with(fresh, lookBack.lowest(thenLast));
            thenSeen = lookBack.byTime() ? timed(thenSeen, thenLast) : thenSeen.at(ReadTimes.NONE);
        }
        plan(answer, fresh);
        return fresh;
    }

    /** What was read stands there no longer: then nothing of the answer is followed, and only what comes after is asked for. */
    private boolean contradicts(List<Numbered> answer) {
        if ((ask != Ask.AGAIN && ask != Ask.BACK) || !seen.contradicts(answer)) {
            return false;
        }
        if (!changed) {
            changed = true;
            LOG.warn(
                    "{}: an event is not what it was when it was read, at or below the number {}: the list has begun anew, or changes"
                            + " what it holds; what turns up late is not followed then",
                    name,
                    last);
        }
        return true;
    }

    private void plan(List<Numbered> answer, List<Numbered> fresh) {
        if (!fresh.isEmpty()) {
            quiet = 0;
            size = pageSize;
            if (holds(answer, last)) {
                lookedBack();
            }
            then = Ask.AGAIN;
        } else if (ask == Ask.STEP && at < head) {
            at = Math.min(head, at + pageSize);
        } else if (ask == Ask.STEP) {
            LOG.warn(
                    "{}: it says that a day's events begin at {}, but answers that there are none from there on",
                    name,
                    head);
            head = 0;
            rest();
        } else if (ask == Ask.AGAIN && full && size < EventList.MOST) {
            size = Math.min(EventList.MOST, size * 2);
        } else if (ask == Ask.BACK && !holds(answer, last) && highest(answer) > wanted()) {
            back = highest(answer);
        } else if (ask != Ask.NEXT && (full || (ask == Ask.BACK && !holds(answer, last)))) {
            lookedBack();
            if (ask == Ask.AGAIN) {
                LOG.warn("{}: {} events and more have the number {}; those beyond are not to be had", name, size, last);
            }
            size = pageSize;
            then = Ask.NEXT;
        } else if (ask == Ask.NEXT && head > last) {
            at = Math.min(head, last + 1 + pageSize);
            then = Ask.STEP;
            LOG.warn(
                    "{}: nothing from {} on, but a day's events begin at {}: asked on in steps of {} until there",
                    name,
                    last + 1,
                    head,
                    pageSize);
        } else if (ask == Ask.NEXT && wide) {
            wide = false;
            size = EventList.MOST;
        } else {
            rest();
        }
    }

    private static long highest(List<Numbered> answer) {
        return answer.stream().mapToLong(Numbered::number).max().orElse(Long.MIN_VALUE);
    }

    /** Nothing new. */
    private void rest() {
        more = false;
        size = pageSize;
        quiet++;
        lookedBack();
        then = looksBack() ? Ask.BACK : Ask.NEXT;
        if (then == Ask.BACK) {
            decided = clock.millis();
        }
    }

    /**
     * By numbers a look back comes after 1, 2, 4, ... times of nothing new, for what turns up late turns up soon; by time every time, and
     * once more when the time is over.
     */
    private boolean looksBack() {
        return lookBack.byTime()
                ? !thenSeen.times().isEmpty()
                : lookBack.numbers() > 0 && Integer.bitCount(quiet) == 1 && seen.from() <= last;
    }

    /** What had been read for the whole time when a look back began is forgotten after it, but for the last number. */
    private void lookedBack() {
        back = Long.MIN_VALUE;
        if (ask == Ask.BACK && lookBack.byTime()) {
            ReadTimes times = thenSeen.times();
            long over = decided - lookBack.time().toMillis();
            long until = times.until(over, Long.MIN_VALUE);
            thenSeen = thenSeen.with(List.of(), Math.min(thenLast, until == Long.MIN_VALUE ? until : until + 1))
                    .at(times.after(over));
        }
    }

    private SeenEvents timed(SeenEvents read, long number) {
        if (read.size() > LookBack.MOST_EVENTS && !forgets) {
            forgets = true;
            LOG.info(
                    "{}: more events were read within its look-back than are remembered; what turns up late is looked for behind the"
                            + " last {}",
                    name,
                    LookBack.MOST_EVENTS);
        }
        return read.most(LookBack.MOST_EVENTS)
                .at(read.times().with(number, clock.millis(), lookBack.time().toMillis()));
    }

    /** The answer has been dealt with. */
    void passed() {
        last = thenLast;
        seen = thenSeen;
        ask = then == Ask.AGAIN && !seen.knows(last) ? Ask.NEXT : then;
    }
}

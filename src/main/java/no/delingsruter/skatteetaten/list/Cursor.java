package no.delingsruter.skatteetaten.list;

import java.util.List;
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

    private final String name;
    private final String service;
    private final int pageSize;
    private final boolean onePerKey;
    private final FoundConvention convention;
    private final LateEvents late;
    private long last = Long.MIN_VALUE;
    private Ask ask = Ask.NEXT;
    private long at;
    private long head;
    private int size;
    private boolean goesOn;
    /** Nothing new is to be asked for once more, in as large a page as there is. */
    private boolean wide;

    private boolean gone;
    /** What becomes of it once the answer has been dealt with. */
    private Ask then = Ask.NEXT;

    private long thenLast;
    private boolean more;
    private boolean full;

    /**
     * @param name      of the list, for the log
     * @param onePerKey an answer holds a key once, so that a number may vanish when its key gets another
     */
    Cursor(String name, String service, int pageSize, boolean onePerKey, FoundConvention convention, LateEvents late) {
        this.name = name;
        this.service = service;
        this.pageSize = pageSize;
        this.onePerKey = onePerKey;
        this.convention = convention;
        this.late = late;
        this.size = pageSize;
    }

    /** Whether the list has been followed to {@code number} by this cursor. */
    boolean isAt(long number) {
        return last == number;
    }

    /** @param read what is known of the events that were read */
    void moveTo(long number, SeenEvents read) {
        last = number;
        late.moveTo(number, read);
        ask = late.knows(last) ? Ask.AGAIN : Ask.NEXT;
    }

    /** The number to ask from. */
    long from() {
        long first = wanted();
        return switch (ask) {
            case BEFORE -> at - 1;
            case PROBE -> at;
            // An exclusive list answers with the number before the position, too
            case POSITION -> Math.max(0, last - 2);
            default -> convention.isInclusive() ? first : first - 1;
        };
    }

    private long wanted() {
        return switch (ask) {
            case AGAIN -> last;
            case BACK -> late.from(last);
            case STEP -> at;
            default -> last + 1;
        };
    }

    /** So many events are asked for: those of a page, or more while one number fills it, and what lies behind for a look back. */
    int size() {
        return switch (ask) {
            case BACK -> (int) Math.max(pageSize, Math.min(EventList.MOST, pageSize + late.behind()));
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
        late.begin();
        more = true;
        then = late.knows(last) ? Ask.AGAIN : head > 0 && head < last - 1 ? Ask.POSITION : Ask.NEXT;
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
        return late.then();
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
     * @throws ListStoppedException when the list cannot be followed so
     */
    List<Numbered> read(List<Numbered> answer) {
        long from = from();
        full = answer.size() >= size();
        more = true;
        then = ask;
        thenLast = last;
        late.begin();
        boolean there = Numbered.holds(answer, from);
        if (ask == Ask.POSITION) {
            then = Ask.NEXT;
            if (answer.stream().noneMatch(event -> event.number() >= last - 1)) {
                throw new ListStoppedException(ListLook.beyond(service, last, "a day's events begin at " + head));
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
            if (Numbered.holds(answer, at)) {
                found(Convention.EXCLUSIVE);
            } else if (at == last) {
                return lost();
            }
            return List.of();
        }
        if (there) {
            found(Convention.INCLUSIVE);
        } else if (ask == Ask.AGAIN && !Numbered.holds(answer, last)) {
            goesOn = answer.stream().anyMatch(event -> event.number() > last);
            if (gone || !convention.isInclusive()) {
                return lost();
            }
            at = last;
            then = Ask.BEFORE;
            return List.of();
        } else if (convention.isInclusive() && !convention.isProven() && ask == Ask.NEXT) {
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

    private void found(Convention is) {
        convention.found(is);
        gone = false;
    }

    /** The last number is not there any more. */
    private List<Numbered> lost() {
        if (goesOn) {
            LOG.atLevel(onePerKey ? Level.DEBUG : Level.WARN)
                    .log("{}: the last number read ({}) is no longer there, but the list goes on after it", name, last);
            gone = false;
            late.forget(last);
            then = Ask.NEXT;
            return List.of();
        }
        gone = true;
        ask = Ask.AGAIN;
        throw new ListStoppedException("the list holds neither the last number that was read (" + last
                + ") nor anything after it" + (head > 0 && head < last ? "; a day's events begin at " + head : "")
                + ListLook.anew(service));
    }

    private List<Numbered> fresh(List<Numbered> answer, long from) {
        if (!answer.isEmpty()
                && answer.stream().allMatch(event -> event.number() != Numbered.NONE && event.number() < from)) {
            throw new BrokenAnswerException("all its numbers are lower than the one asked for");
        }
        if ((ask == Ask.AGAIN || ask == Ask.BACK) && late.contradicts(answer, last)) {
            lookedBack();
            then = Ask.NEXT;
            return List.of();
        }
        List<Numbered> fresh = late.fresh(answer, last, wanted());
        if (!fresh.isEmpty()) {
            thenLast = Math.max(last, fresh.get(fresh.size() - 1).number());
            late.read(fresh, thenLast);
        }
        plan(answer, fresh);
        return fresh;
    }

    private void plan(List<Numbered> answer, List<Numbered> fresh) {
        boolean there = Numbered.holds(answer, last);
        long highest = Numbered.highest(answer, Long.MIN_VALUE);
        if (!fresh.isEmpty()) {
            size = pageSize;
            if (there) {
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
        } else if (ask == Ask.BACK && !there && highest > wanted()) {
            late.goOn(highest);
        } else if (ask != Ask.NEXT && (full || (ask == Ask.BACK && !there))) {
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

    /** Nothing new. */
    private void rest() {
        more = false;
        size = pageSize;
        lookedBack();
        then = late.looksBack(last) ? Ask.BACK : Ask.NEXT;
    }

    private void lookedBack() {
        late.lookedBack(ask == Ask.BACK, thenLast);
    }

    /** The answer has been dealt with. */
    void passed() {
        last = thenLast;
        late.passed();
        ask = then == Ask.AGAIN && !late.knows(last) ? Ask.NEXT : then;
    }
}

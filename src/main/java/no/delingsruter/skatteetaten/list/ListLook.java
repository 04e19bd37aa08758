package no.delingsruter.skatteetaten.list;

import java.util.List;
import java.util.function.Consumer;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.skatteetaten.Call;

/**
 * A look at a list that moves nothing: whether it still answers with the last number that was read, and goes on after it. Up to three
 * calls, one where nothing was read yet.
 */
public final class ListLook {
    private final EventList list;
    private final String organisation;
    private final Consumer<Call> caller;

    /** @param caller makes a call, and throws {@link CallFailedException} when there is no answer */
    public ListLook(EventList list, String organisation, Consumer<Call> caller) {
        this.list = list;
        this.organisation = organisation;
        this.caller = caller;
    }

    /** How a list stands. */
    public enum How {
        WELL,
        /** It can be followed; somebody should look. */
        ODD,
        /** It cannot be followed on from where it was read to. */
        BROKEN
    }

    /**
     * What came of it.
     *
     * @param text half a sentence, with the cure where something is not as it should be
     */
    public record Sight(How how, String text) {}

    /**
     * Where nothing was read yet.
     *
     * @throws CallFailedException when the list cannot be followed by what it answers
     */
    public Sight unread() {
        Call head = list.headCall(organisation, 0);
        if (head != null) {
            long first = head(head);
            return well(first < list.firstNumber() ? "it answers" : "it answers; " + headed(first) + " or before");
        }
        return well(first().isEmpty() ? "it answers, with nothing in it" : "it answers with events");
    }

    /**
     * @param last number that was read
     * @param seen what was noted of the events that were read; null for nothing
     * @throws CallFailedException when the list cannot be followed by what it answers
     */
    public Sight readTo(long last, String seen) {
        // A position that was set by hand or found by a date need be no event's number
        boolean known = SeenEvents.of(seen, last).knows(last);
        // With a number more in front of it both an inclusive and an exclusive list answer with the last one
        long before = known ? 1 : 2;
        long from = last > 0 ? Math.max(0, last - before) : list.numberBefore(last);
        List<Numbered> answer = page(from, (int) Math.min(EventList.MOST, list.pageSize() + 2 * before - 1));
        boolean there = answer.stream().anyMatch(event -> event.number() == last);
        long next = answer.stream()
                .mapToLong(Numbered::number)
                .filter(number -> number > last)
                .min()
                .orElse(Numbered.NONE);
        String read = "the last number read (" + last + ")";
        if (next != Numbered.NONE) {
            return there || !known || list.onePerKey()
                    ? well((there ? "it answers " + read : "it answers") + ", and goes on after it at " + next)
                    : new Sight(
                            How.ODD,
                            read + " is gone, but the list goes on after it at " + next
                                    + " and is followed from there; if other numbers changed too, read them again with backfill");
        }
        Call call = list.headCall(organisation, 0);
        long head = call == null ? Numbered.NONE : head(call);
        if (head > last) {
            return new Sight(
                    How.ODD,
                    (there ? "it answers " + read : known ? read + " is gone" : "it answers")
                            + ", but a page after it is empty, and " + headed(head)
                            + ": the job asks on in steps of " + list.pageSize() + " until there; a larger "
                            + list.service() + ".page-size makes fewer calls");
        }
        if (!known && answer.stream().noneMatch(event -> event.number() >= last - 1)) {
            String where = head > 0 && head < last - 1 ? headed(head) : below(last);
            return where.isEmpty()
                    ? well("it answers; there is nothing new")
                    : new Sight(How.BROKEN, beyond(list.service(), last, where));
        }
        if (there || !known) {
            return well((there ? "it answers " + read : "it answers") + "; there is nothing new");
        }
        return new Sight(
                How.BROKEN,
                "it holds neither " + read + " nor anything after it; " + (head > 0 ? headed(head) : beginning())
                        + anew(list.service()));
    }

    /** What to do about a list that does not hold what was read. */
    static String anew(String service) {
        return ". It seems to have begun anew, as a test environment does that is reset: to read it from its start,"
                + " stop the service and move its position (position set --service " + service + " --to first)";
    }

    /**
     * Of a position that the list does not go to.
     *
     * @param where its events are
     */
    static String beyond(String service, long position, String where) {
        return "its position (" + position + ") is beyond the list's end: there is nothing at it or after it; " + where
                + ". If it was set too high, or the list has begun anew, stop the service and move its position (position set --service "
                + service + " --to first, or to the last number that need not be read)";
    }

    /** Where the list begins, if that is before a position; else empty. */
    private String below(long position) {
        List<Numbered> first = first();
        return !first.isEmpty() && first.get(0).number() < position - 1 ? beginning(first) : "";
    }

    private static Sight well(String text) {
        return new Sight(How.WELL, text);
    }

    private static String headed(long number) {
        return "today's events begin at " + number;
    }

    private String beginning() {
        return beginning(first());
    }

    private static String beginning(List<Numbered> first) {
        return first.isEmpty()
                ? "it is empty"
                : "its first event has the number " + first.get(0).number();
    }

    private List<Numbered> first() {
        return page(Math.max(0, list.firstNumber() - 1), 2);
    }

    private long head(Call call) {
        caller.accept(call);
        return list.answers(call) ? list.head(call) : Numbered.NONE;
    }

    private List<Numbered> page(long number, int size) {
        Call call = list.pageCall(organisation, number, size);
        caller.accept(call);
        return list.events(call, number - 1);
    }
}

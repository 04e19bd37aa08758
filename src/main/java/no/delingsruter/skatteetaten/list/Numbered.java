package no.delingsruter.skatteetaten.list;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.skatteetaten.list.EventReader.Element;

/**
 * An element of a page and its place in the list. One without a usable sekvensnummer has its place before the next event that has one.
 *
 * @param number {@link #NONE} for an element without a usable sekvensnummer and without such an event behind it
 * @param event  with its number, or, set aside, that of its place and its bytes
 * @param odd    why the element is no event to follow; null for an event
 */
record Numbered(long number, Map<String, Object> event, String odd) {
    static final long NONE = -1;
    private static final String NUMBER = "sekvensnummer";
    private static final int LONGEST_NUMBER = 40;
    private static final int MOST_BYTES = 2_000;

    /**
     * In the page's order.
     *
     * @param after  the last number before the page, below {@code lowest} for none
     * @param lowest number that an event of the list may have
     */
    static List<Numbered> of(List<Element> elements, long after, long lowest) {
        long[] behind = new long[elements.size() + 1];
        behind[elements.size()] = NONE;
        for (int i = elements.size() - 1; i >= 0; i--) {
            long number = usable(elements.get(i).fields().get(NUMBER), lowest);
            behind[i] = number == NONE ? behind[i + 1] : number;
        }
        List<Numbered> numbered = new ArrayList<>(elements.size());
        long before = after < lowest ? NONE : after;
        for (int i = 0; i < elements.size(); i++) {
            Map<String, Object> event = elements.get(i).fields();
            long number = usable(event.get(NUMBER), lowest);
            if (number != NONE) {
                event.put(NUMBER, number);
                numbered.add(new Numbered(number, event, null));
                before = number;
            } else {
                numbered.add(odd(elements.get(i), i + 1, before, behind[i]));
            }
        }
        return numbered;
    }

    private static Numbered odd(Element element, int place, long before, long behind) {
        Map<String, Object> event = new LinkedHashMap<>(element.fields());
        event.put(NUMBER, behind);
        event.put("bytes", element.text(MOST_BYTES));
        String where = before != NONE && behind != NONE
                ? "between the numbers " + before + " and " + behind
                : before != NONE
                        ? "after the number " + before
                        : behind != NONE ? "before the number " + behind : "alone";
        return new Numbered(
                behind,
                event,
                "event " + place + " of the page, " + where + ", "
                        + (element.fields().isEmpty() ? "is no object" : "has no usable sekvensnummer"));
    }

    /** The same for the same event, whatever call it came with. */
    int hash() {
        Map<String, Object> event = new HashMap<>(event());
        event.remove(RecordList.KORRELASJONSID);
        return event.hashCode();
    }

    /** Whether an answer holds an event with the number. */
    static boolean holds(List<Numbered> answer, long number) {
        return answer.stream().anyMatch(event -> event.number() == number && event.odd() == null);
    }

    /** The highest number of an answer, or {@code none}. */
    static long highest(List<Numbered> answer, long none) {
        return answer.stream().mapToLong(Numbered::number).max().orElse(none);
    }

    /** A whole number from {@code lowest} on that has a next one, also when written as 5.0 or "5"; else {@link #NONE}. */
    static long usable(Object value, long lowest) {
        if (!(value instanceof String text) || text.length() > LONGEST_NUMBER) {
            return NONE;
        }
        try {
            long number = new BigDecimal(text.strip()).longValueExact();
            return number < lowest || number == Long.MAX_VALUE ? NONE : number;
        } catch (NumberFormatException | ArithmeticException e) {
            return NONE;
        }
    }
}

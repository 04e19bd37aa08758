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
 * @param number 0 for an element without a usable sekvensnummer and without such an event behind it
 * @param event  with its number, or, set aside, that of its place and its bytes
 * @param odd    why the element is no event to follow; null for an event
 */
record Numbered(long number, Map<String, Object> event, String odd) {
    private static final String NUMBER = "sekvensnummer";
    private static final int LONGEST_NUMBER = 40;
    private static final int MOST_BYTES = 2_000;

    /**
     * In the page's order.
     *
     * @param after the last number before the page, 0 for none
     */
    static List<Numbered> of(List<Element> elements, long after) {
        long[] behind = new long[elements.size() + 1];
        for (int i = elements.size() - 1; i >= 0; i--) {
            long number = usable(elements.get(i).fields().get(NUMBER));
            behind[i] = number == 0 ? behind[i + 1] : number;
        }
        List<Numbered> numbered = new ArrayList<>(elements.size());
        long before = after;
        for (int i = 0; i < elements.size(); i++) {
            Map<String, Object> event = elements.get(i).fields();
            long number = usable(event.get(NUMBER));
            if (number != 0) {
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
        String where = before > 0 && behind > 0
                ? "between the numbers " + before + " and " + behind
                : before > 0 ? "after the number " + before : behind > 0 ? "before the number " + behind : "alone";
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

    /** A whole number from 1 on that has a next one, also when written as 5.0 or "5"; else 0. */
    static long usable(Object value) {
        if (!(value instanceof String text) || text.length() > LONGEST_NUMBER) {
            return 0;
        }
        try {
            long number = new BigDecimal(text.strip()).longValueExact();
            return number < 1 || number == Long.MAX_VALUE ? 0 : number;
        } catch (NumberFormatException | ArithmeticException e) {
            return 0;
        }
    }
}

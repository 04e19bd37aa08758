package no.delingsruter.skatteetaten.list;

import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/** What an event list does otherwise than Skatteetaten's. */
public final class ListForm {
    private static final String BARE = "none";
    private static final String FIRST_NUMBER = ".first-number";
    private static final String ONE_PER_KEY = ".one-per-key";

    private final List<String> items;
    private final int firstNumber;
    private final boolean onePerKey;
    private final boolean byDate;

    /**
     * As a route declares it.
     *
     * @param items       the answer's field that holds the events, or several that may; {@code none} when the answer is the array itself
     * @param firstNumber the lowest number that an event may have
     * @param onePerKey   whether an answer holds a key once, so that a number vanishes when its key gets another
     * @param byDate      whether the list tells where a date begins
     */
    public ListForm(String items, int firstNumber, boolean onePerKey, boolean byDate) {
        this.items =
                items.strip().equals(BARE) ? List.of() : List.of(items.strip().split("\\s*,\\s*", -1));
        this.firstNumber = firstNumber;
        this.onePerKey = onePerKey;
        this.byDate = byDate;
    }

    /** @throws ConfigurationException when one of the keys that go before the route's has a value that it cannot have */
    static void check(Settings settings, String service) {
        new ListForm(BARE, 1, false, true).configured(settings, service);
    }

    /** The same with what {@code <service>.first-number} and {@code <service>.one-per-key} say. */
    ListForm configured(Settings settings, String service) {
        String first = service + FIRST_NUMBER;
        String once = service + ONE_PER_KEY;
        return new ListForm(
                items.isEmpty() ? BARE : String.join(",", items),
                settings.find(first).isPresent() ? settings.whole(first, 0) : firstNumber,
                settings.find(once).isPresent()
                        ? settings.choice(once, "true", "false").equals("true")
                        : onePerKey,
                byDate);
    }

    /** Of the answer's field that holds the events; empty when the answer is the array itself. */
    List<String> items() {
        return items;
    }

    int firstNumber() {
        return firstNumber;
    }

    boolean onePerKey() {
        return onePerKey;
    }

    boolean byDate() {
        return byDate;
    }
}

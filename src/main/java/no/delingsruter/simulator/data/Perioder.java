package no.delingsruter.simulator.data;

import java.time.YearMonth;

/** The periods a generated list uses, counted from its first: months, years, or none. */
final class Perioder {
    private final boolean monthly;
    private final boolean none;
    private final YearMonth first;

    /**
     * @param kind month, year or none
     * @param first YYYY-MM or YYYY; null for the usual first
     */
    Perioder(String kind, String first) {
        none = kind.equals("none");
        monthly = kind.equals("month");
        String start = first != null ? first : monthly ? "2024-01" : "2022";
        this.first = YearMonth.parse(start.length() == 4 ? start + "-01" : start);
    }

    /** The period number {@code index}, or null where the list has none. */
    String text(int index) {
        return none ? null : monthly ? first.plusMonths(index).toString() : String.valueOf(first.getYear() + index);
    }

    /** The number of a period, below 0 when it is none of this list's. */
    int index(String text) {
        if (none) {
            return text == null ? 0 : -1;
        }
        if (text == null || !text.matches(monthly ? "[0-9]{4}-(0[1-9]|1[0-2])" : "[0-9]{4}")) {
            return -1;
        }
        if (!monthly) {
            return Integer.parseInt(text) - first.getYear();
        }
        YearMonth month = YearMonth.parse(text);
        return (month.getYear() - first.getYear()) * 12 + month.getMonthValue() - first.getMonthValue();
    }
}

package no.delingsruter.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects figures and prints them as one Markdown table. */
final class Report {
    private final List<String> rows = new ArrayList<>();
    private int mostInFlight;

    /** Which way a goal looks. */
    enum Goal {
        AT_LEAST("≥"),
        AT_MOST("≤"),
        EXACTLY("="),
        NONE("");
        private final String sign;

        Goal(String sign) {
            this.sign = sign;
        }

        private boolean met(double goal, double value) {
            return switch (this) {
                case AT_LEAST -> value >= goal;
                case AT_MOST -> value <= goal;
                case EXACTLY -> value == goal;
                case NONE -> true;
            };
        }
    }

    /**
     * A figure that has a goal, and what it is made of.
     *
     * @param format of a value, such as %.2f
     */
    void row(String figure, Goal direction, double goal, String format, List<Double> values, String note) {
        double median = median(values);
        String target = direction == Goal.NONE ? "" : direction.sign + " " + say(format, goal);
        String spread = values.size() < 2
                ? ""
                : say(format, values.stream().min(Double::compare).orElseThrow()) + " – "
                        + say(format, values.stream().max(Double::compare).orElseThrow()) + " (" + values.size()
                        + " runs)";
        // Compared as printed: 0.994 is printed as 0.99 and counts as that
        double printed = Double.parseDouble(String.format(Locale.ROOT, format.replace(",", ""), median));
        String verdict = direction == Goal.NONE ? "" : direction.met(goal, printed) ? "yes" : "**no**";
        rows.add("| " + String.join(" | ", figure, target, say(format, median), verdict, spread, note) + " |");
        System.err.println(rows.get(rows.size() - 1));
    }

    /** A figure without a goal. */
    void row(String figure, String format, List<Double> values, String note) {
        row(figure, Goal.NONE, 0, format, values, note);
    }

    /** A figure that could not be taken. */
    void failed(String figure, Exception why) {
        rows.add("| " + figure + " | | | **no** | | not measured: "
                + String.valueOf(why.getMessage()).lines().findFirst().orElse("") + " |");
        System.err.println(rows.get(rows.size() - 1));
        why.printStackTrace();
    }

    void inFlight(int most) {
        mostInFlight = Math.max(mostInFlight, most);
    }

    int mostInFlight() {
        return mostInFlight;
    }

    String table() {
        return "| figure | goal | median | reached | range | of what |\n|---|---|---|---|---|---|\n"
                + String.join("\n", rows) + "\n";
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

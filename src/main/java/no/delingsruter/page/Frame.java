package no.delingsruter.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import no.delingsruter.support.Amounts;
import org.jspecify.annotations.Nullable;

/**
 * What every view of the page needs.
 *
 * @param texts   in the language, by name
 * @param form    shows that a form of ours was sent
 * @param visitor null for nobody
 * @param here    the view
 * @param asked   what was asked for: a filter
 */
public record Frame(
        Map<String, String> texts,
        String language,
        String form,
        @Nullable Visitor visitor,
        boolean cameByToken,
        String here,
        Map<String, String> asked) {
    /** The views; the first is at the root. */
    public static final List<String> VIEWS =
            List.of("overview", "parked", "operations", "why", "configuration", "catalogue", "about");

    /** So many rows are shown at first: the overview of a hundred lists is to stay small. */
    private static final int MANY = 20;

    private static final Comparator<JsonNode> URGENCY = Comparator.<JsonNode, Boolean>comparing(
                    list -> list.path("state").asText().equals("RUNNING"))
            .thenComparing(list -> -list.path("lagSeconds").asLong())
            .thenComparing(list -> -list.path("parked").asLong());

    private static final int WIDTH = 120;
    private static final int HEIGHT = 24;

    /** @return the text of that name */
    public String t(String name) {
        return texts.getOrDefault(name, name);
    }

    /** What is asked for by that name; empty for nothing. */
    public String asked(String name) {
        return asked.getOrDefault(name, "");
    }

    public boolean mayOperate() {
        return visitor != null && visitor.may(Role.OPERATE);
    }

    public boolean mayReveal() {
        return visitor != null && visitor.may(Role.REVEAL);
    }

    /** Relative, so that a proxy may put all of it under another address. */
    public static String address(String view) {
        return view.equals(VIEWS.get(0)) ? "./" : view;
    }

    /** A number, or what stands for one that is not known. */
    public String number(JsonNode value) {
        return value.isNumber() ? Amounts.number(value.asLong()) : t("unknown");
    }

    /** A length of time in seconds, likewise. */
    public String time(JsonNode value) {
        return value.isNumber() ? Amounts.time(value.asLong()) : t("unknown");
    }

    /** How long ago, likewise. */
    public String ago(JsonNode value) {
        return value.isTextual()
                ? Amounts.time(Math.max(
                        0,
                        Duration.between(Instant.parse(value.asText()), Instant.now())
                                .toSeconds()))
                : t("never");
    }

    /** Whether it is to be said how long ago that was. */
    public static boolean isOld(JsonNode value) {
        return value.isTextual()
                && Instant.parse(value.asText()).isBefore(Instant.now().minusSeconds(5));
    }

    /** To the second. */
    public static String at(JsonNode value) {
        return value.isTextual() ? value.asText().replaceFirst("T", " ").replaceFirst("\\.\\d+Z", "Z") : "";
    }

    public static long most(JsonNode hour) {
        long most = 0;
        for (JsonNode minute : hour) {
            most = Math.max(most, minute.asLong());
        }
        return most;
    }

    /** The points of a line, one for each minute, in a picture of 120 by 24; those in the middle of what is level are left out. */
    public static String line(JsonNode hour) {
        long most = Math.max(1, most(hour));
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < hour.size(); i++) {
            long height = height(hour, i, most);
            boolean level = i > 0
                    && i < hour.size() - 1
                    && height == height(hour, i - 1, most)
                    && height == height(hour, i + 1, most);
            if (!level) {
                points.append(i * WIDTH / Math.max(1, hour.size() - 1))
                        .append(',')
                        .append(height)
                        .append(' ');
            }
        }
        return points.toString().strip();
    }

    private static long height(JsonNode hour, int minute, long most) {
        return HEIGHT - 1 - hour.path(minute).asLong() * (HEIGHT - 2) / most;
    }

    /** Of many the first, unless all were asked for. */
    public <T> List<T> some(Iterable<T> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .limit(asked("all").isEmpty() ? MANY : Long.MAX_VALUE)
                .toList();
    }

    /** Of many lists those that do not run, and those that wait for longest. */
    public List<JsonNode> lists(JsonNode lists) {
        return isShortened(lists)
                ? some(StreamSupport.stream(lists.spliterator(), false)
                        .sorted(URGENCY)
                        .toList())
                : some(lists);
    }

    public boolean isShortened(JsonNode rows) {
        return rows.size() > MANY && asked("all").isEmpty();
    }

    /** What stands in one column of some rows, each once. */
    public static List<String> each(JsonNode rows, String column) {
        Set<String> found = new TreeSet<>();
        rows.forEach(row -> found.add(row.path(column).asText()));
        return List.copyOf(found);
    }

    static Map<String, String> nothingAsked() {
        return Collections.emptyMap();
    }
}

package no.delingsruter.app;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.logging.Logging;

/**
 * What became of an event that was tried.
 *
 * @param steps   in the order in which they ended; what a step called stands behind it
 * @param standstill what would stop the job; empty when nothing would
 */
public record TrialReport(List<Step> steps, List<String> standstill) {
    private static final int LONGEST_BODY = 2_000;

    /** What a step did. */
    public enum Kind {
        /** The message went on. */
        PASSED,
        /** An endpoint would have got the message. */
        DELIVERED,
        /** The message went no further. */
        LEFT_OUT,
        /** The step failed. */
        FAILED
    }

    /**
     * One step, with the message after it.
     *
     * @param route   id
     * @param place   file and line
     * @param step    its name and what it is about
     * @param said    what there is to say about it; empty for nothing
     * @param headers of the message
     * @param body    of the message, as text
     */
    public record Step(
            Kind kind, String route, String place, String step, String said, Map<String, String> headers, String body) {
        Step as(Kind other, String reason) {
            return new Step(other, route, place, step, reason, headers, body);
        }
    }

    /** Steps of the kind. */
    public List<Step> of(Kind kind) {
        return steps.stream().filter(step -> step.kind() == kind).toList();
    }

    /** Whether no step failed, and nothing would stop the job. */
    public boolean works() {
        return of(Kind.FAILED).isEmpty() && standstill.isEmpty();
    }

    /** What the lookups found, in half a sentence. */
    String outcomes() {
        List<String> outcomes = steps.stream()
                .map(step -> step.headers().get("outcome"))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return outcomes.isEmpty()
                ? "a step left the event out, so that nothing was looked up"
                : "answered: " + String.join(", ", outcomes);
    }

    /** Why it does not work; empty when it does. */
    String failure() {
        return Stream.concat(of(Kind.FAILED).stream().map(Step::said), standstill.stream())
                .filter(said -> !said.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** @param reveal whether numbers that may be a person's, and what may be a secret, are shown */
    public String text(boolean reveal) {
        StringBuilder text = new StringBuilder();
        String route = "";
        String body = "";
        Map<String, String> headers = Map.of();
        for (Step step : steps) {
            if (!step.route().equals(route)) {
                route = step.route();
                text.append("route ").append(route).append('\n');
            }
            text.append("  %s%n".formatted((step.place() + " " + step.step()).strip()));
            if (!step.said().isEmpty()) {
                text.append("    ").append(step.said()).append('\n');
            }
            Map<String, String> before = headers;
            Map<String, String> changed = new TreeMap<>(step.headers());
            changed.entrySet().removeIf(header -> header.getValue().equals(before.get(header.getKey())));
            if (!changed.isEmpty()) {
                text.append("    headers: ")
                        .append(changed.entrySet().stream()
                                .map(header -> header.getKey() + "=" + bounded(header.getValue()))
                                .collect(Collectors.joining(", ")))
                        .append('\n');
            }
            if (!step.body().equals(body)) {
                text.append("    body: ").append(bounded(step.body())).append('\n');
            }
            headers = step.headers();
            body = step.body();
        }
        standstill.forEach(reason ->
                text.append("This would stop the job: ").append(reason).append('\n'));
        text.append("Tried: %d would be delivered, %d left out, %d failed; nothing was stored or delivered.%n"
                .formatted(
                        of(Kind.DELIVERED).size(),
                        of(Kind.LEFT_OUT).size(),
                        of(Kind.FAILED).size()));
        return reveal ? text.toString() : Logging.masked(text.toString());
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_BODY ? text : text.substring(0, LONGEST_BODY) + "...";
    }

    /** Masked. */
    @Override
    public String toString() {
        return text(false);
    }
}

package no.delingsruter.crash.victim;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs in the child: a step of a user's own, in the list's route, that fails on some events until it is mended. */
public final class FailingStep {
    private static final Set<Long> FAILING = Stream.of(
                    System.getProperty("crash.failing", "").split(","))
            .filter(one -> !one.isEmpty())
            .map(Long::valueOf)
            .collect(Collectors.toSet());

    private FailingStep() {}

    /** @param event as on the list */
    public static void pass(Map<?, ?> event) {
        if (event.get("sekvensnummer") instanceof Number number && FAILING.contains(number.longValue())) {
            throw new IllegalStateException("not mended yet");
        }
    }
}

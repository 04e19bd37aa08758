package no.delingsruter.watch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import no.delingsruter.watch.WatchList.Action;
import no.delingsruter.watch.WatchList.Followed;

/**
 * One key to add, remove or erase.
 *
 * @param targets services and organisations: one, or all that keys are to be erased from
 */
record WatchRequest(List<Followed> targets, Action action, WatchList.Key key) {
    static final List<String> FIELDS =
            List.of("service", "organisation", "identifikator", "gjelderPeriode", "qualifier", "action");

    /**
     * @param where services and organisations that an action is possible in
     * @throws IllegalArgumentException saying what is wrong with it, without what it holds
     */
    static WatchRequest of(Map<String, String> values, Function<Action, Set<Followed>> where) {
        WatchList.Key key = KeyRows.key(values);
        Action action = action(values.getOrDefault("action", ""));
        return new WatchRequest(
                targets(
                        action,
                        values.getOrDefault("service", ""),
                        values.getOrDefault("organisation", ""),
                        where.apply(action)),
                action,
                key);
    }

    /** The field's name whatever its spelling (gjelder_periode, GjelderPeriode). */
    static String field(String name) {
        String plain = name.strip().replace("_", "").toLowerCase(Locale.ROOT);
        return FIELDS.stream()
                .filter(field -> field.toLowerCase(Locale.ROOT).equals(plain))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "fields are " + String.join(", ", FIELDS) + "; there is another one"));
    }

    /** @throws IllegalArgumentException when it is none */
    static Action action(String spelt) {
        String text = spelt.strip();
        return text.isEmpty()
                ? Action.ADD
                : Arrays.stream(Action.values())
                        .filter(action -> action.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("its action is none of add, remove, erase"));
    }

    /** What is left out must be clear without it; a key is erased wherever it may be held. */
    private static List<Followed> targets(Action action, String service, String organisation, Set<Followed> possible) {
        List<Followed> candidates = possible.stream()
                .filter(one -> service.isEmpty() || one.service().equals(service))
                .filter(one -> organisation.isEmpty() || one.organisation().equals(organisation))
                .toList();
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException(
                    action == Action.ERASE
                            ? "no service has that name and organisation here, now or earlier"
                            : "no service with follow=watched has that service and organisation");
        }
        if (candidates.size() > 1 && action != Action.ERASE) {
            throw new IllegalArgumentException(
                    "several services or organisations follow a watch list: say service and organisation");
        }
        return candidates;
    }
}

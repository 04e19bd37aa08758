package no.delingsruter.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
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
    private static final Pattern IDENTIFIKATOR = Pattern.compile("[A-Za-z0-9._:-]{1,200}");
    private static final Pattern LOST_ZERO = Pattern.compile("\\d{10}");
    private static final Pattern QUALIFIER = Pattern.compile("[A-Za-z0-9._:-]{0,200}");
    private static final Pattern PERIOD = Pattern.compile("|\\d{4}(-(0[1-9]|1[0-2]))?");

    /** @throws IllegalArgumentException saying what is wrong with it, without what it holds */
    static WatchRequest of(JsonNode object, WatchList list) {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isNumber()
                    && List.of("identifikator", "qualifier").contains(field.getKey())) {
                throw new IllegalArgumentException(field.getKey() + " must be a string, or its leading zeros are lost");
            }
            values.put(
                    field(field.getKey()),
                    field.getValue().isNull() ? "" : field.getValue().asText());
        }
        return of(values, list);
    }

    /** @throws IllegalArgumentException saying what is wrong with it, without what it holds */
    static WatchRequest of(Map<String, String> values, WatchList list) {
        String identifikator = values.getOrDefault("identifikator", "");
        if (!IDENTIFIKATOR.matcher(identifikator).matches()) {
            throw new IllegalArgumentException("it has no usable identifikator");
        }
        if (LOST_ZERO.matcher(identifikator).matches()) {
            throw new IllegalArgumentException(
                    "its identifikator has ten digits, which none has: a person's leading zero"
                            + " was lost, as spreadsheets do; have the column formatted as text");
        }
        String period = values.getOrDefault("gjelderPeriode", "");
        if (!PERIOD.matcher(period).matches()) {
            throw new IllegalArgumentException("its gjelderPeriode is neither a year (2024) nor a month (2024-05)");
        }
        String qualifier = values.getOrDefault("qualifier", "");
        if (!QUALIFIER.matcher(qualifier).matches()) {
            throw new IllegalArgumentException("its qualifier has characters that none has");
        }
        Action action = action(values.getOrDefault("action", ""));
        return new WatchRequest(
                targets(action, values.getOrDefault("service", ""), values.getOrDefault("organisation", ""), list),
                action,
                new WatchList.Key(identifikator, period, qualifier));
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

    private static Action action(String text) {
        return text.isEmpty()
                ? Action.ADD
                : Arrays.stream(Action.values())
                        .filter(action -> action.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("its action is none of add, remove, erase"));
    }

    /** What is left out must be clear without it; a key is erased wherever it may be held. */
    private static List<Followed> targets(Action action, String service, String organisation, WatchList list) {
        List<Followed> candidates = (action == Action.ERASE ? list.all() : list.followed())
                .stream()
                        .filter(one -> service.isEmpty() || one.service().equals(service))
                        .filter(one ->
                                organisation.isEmpty() || one.organisation().equals(organisation))
                        .toList();
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException(
                    action == Action.ERASE
                            ? "no service runs here with that name and organisation"
                            : "no service with follow=watched has that service and organisation");
        }
        if (candidates.size() > 1 && action != Action.ERASE) {
            throw new IllegalArgumentException(
                    "several services or organisations follow a watch list: say service and organisation");
        }
        return candidates;
    }
}

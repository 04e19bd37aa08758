package no.delingsruter.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * From an event to the keys of its lookups. Where a field may be called several things, the names are comma separated and the first
 * that has a value counts; {@code a.b} is b within a.
 *
 * @param identifikator  the event's field that the lookup is by
 * @param gjelderPeriode the event's field that holds the period
 * @param qualifier      the event's field that holds what else the lookup needs, null for none
 * @param firstLookup    false when only an event can tell what the lookup needs
 */
public record EventMapping(
        String identifikator,
        String gjelderPeriode,
        String qualifier,
        Period period,
        boolean snapshot,
        boolean firstLookup) {
    /** What follows {@code <service>.} in the configuration keys that name these fields. */
    public static final String IDENTIFIKATOR = "identifikator-field";

    public static final String PERIOD = "period-field";
    public static final String QUALIFIER = "qualifier-field";

    private static final Pattern YEAR = Pattern.compile("\\d{4}");
    private static final Pattern MONTH = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])");

    /** The form of period that the lookup takes. */
    public enum Period {
        AS_IS,
        YEAR,
        MONTH,
        NONE
    }

    /**
     * One key for most events; twelve for a year where the lookup is by month; one for each period where the event names several.
     *
     * @throws UnusableEventException when the event does not hold what the lookup needs
     */
    public List<LookupKey> keys(String service, String organisation, String lookup, Map<?, ?> event) {
        String id = KeyText.usable(identifikator, text(event, identifikator), KeyText.LONGEST_IDENTIFIKATOR);
        if (id.isEmpty()) {
            throw missing(identifikator, service, IDENTIFIKATOR);
        }
        String rest =
                qualifier == null ? "" : KeyText.usable(qualifier, text(event, qualifier), KeyText.LONGEST_QUALIFIER);
        if (qualifier != null && rest.isEmpty()) {
            throw missing(qualifier, service, QUALIFIER);
        }
        List<String> when = values(event, gjelderPeriode);
        if (when.get(0).isEmpty() && (period == Period.YEAR || period == Period.MONTH)) {
            throw missing(gjelderPeriode, service, PERIOD);
        }
        long at = snapshot ? ((Number) event.get("sekvensnummer")).longValue() : 0;
        return when.stream()
                .map(value -> KeyText.usable(gjelderPeriode, value, KeyText.LONGEST_PERIODE))
                .flatMap(value -> periods(value).stream())
                .distinct()
                .map(value -> new LookupKey(service, organisation, lookup, id, value, rest, at))
                .toList();
    }

    /**
     * The periods of the lookups that one period of an event asks for.
     *
     * @throws UnusableEventException when it is none
     */
    public List<String> periods(String value) {
        boolean year = YEAR.matcher(value).matches();
        boolean month = MONTH.matcher(value).matches();
        return switch (period) {
            case NONE -> List.of("");
            case AS_IS -> List.of(value);
            case YEAR -> {
                if (!year && !month) {
                    throw new UnusableEventException(
                            "the event's " + gjelderPeriode + " is neither a year nor a month");
                }
                yield List.of(value.substring(0, 4));
            }
            case MONTH -> {
                if (year) {
                    yield IntStream.rangeClosed(1, 12)
                            .mapToObj(number -> String.format("%s-%02d", value, number))
                            .toList();
                }
                if (!month) {
                    throw new UnusableEventException(
                            "the event's " + gjelderPeriode + " is neither a year nor a month");
                }
                yield List.of(value);
            }
        };
    }

    private static UnusableEventException missing(String field, String service, String key) {
        return new UnusableEventException("the event has no " + field.replaceAll("\\s*,\\s*", " or ") + "; set "
                + service + "." + key + " to the name of the field that holds it");
    }

    /** @throws UnusableEventException when the field holds several values */
    private static String text(Map<?, ?> event, String field) {
        List<String> values = values(event, field);
        if (values.size() > 1) {
            throw new UnusableEventException("the event has more than one " + field);
        }
        return values.get(0);
    }

    /** What the first of the fields that has something holds; an empty text for nothing. */
    private static List<String> values(Map<?, ?> event, String fields) {
        if (fields.indexOf(',') < 0) {
            return one(event, fields);
        }
        return Arrays.stream(fields.split(",", -1))
                .map(field -> one(event, field.strip()))
                .filter(values -> !values.get(0).isEmpty())
                .findFirst()
                .orElse(List.of(""));
    }

    /** What has parts of its own is no value. */
    private static List<String> one(Map<?, ?> event, String field) {
        Object value = event.get(field);
        if (value == null && field.indexOf('.') > 0) {
            value = event;
            for (String part : field.split("\\.", -1)) {
                value = value instanceof Map<?, ?> map ? map.get(part) : null;
            }
        }
        if (value instanceof List<?> list && !list.isEmpty()) {
            return list.stream().map(String::valueOf).toList();
        }
        return List.of(value == null || value instanceof Map || value instanceof List ? "" : value.toString());
    }
}

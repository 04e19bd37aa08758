package no.delingsruter.model;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * From an event to the keys of its lookups.
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
            throw new UnusableEventException("the event has no " + identifikator);
        }
        String rest =
                qualifier == null ? "" : KeyText.usable(qualifier, text(event, qualifier), KeyText.LONGEST_QUALIFIER);
        if (qualifier != null && rest.isEmpty()) {
            throw new UnusableEventException("the event has no " + qualifier);
        }
        long at = snapshot ? ((Number) event.get("sekvensnummer")).longValue() : 0;
        return values(event, gjelderPeriode).stream()
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

    /** @throws UnusableEventException when the field holds several values */
    private static String text(Map<?, ?> event, String field) {
        List<String> values = values(event, field);
        if (values.size() > 1) {
            throw new UnusableEventException("the event has more than one " + field);
        }
        return values.get(0);
    }

    /** What a field holds, an empty text for nothing. */
    private static List<String> values(Map<?, ?> event, String field) {
        Object value = event.get(field);
        if (value == null) {
            value = event;
            for (String part : field.split("\\.", -1)) {
                value = value instanceof Map<?, ?> map ? map.get(part) : null;
            }
        }
        if (value instanceof List<?> list && !list.isEmpty()) {
            return list.stream().map(String::valueOf).toList();
        }
        return List.of(value == null || value instanceof List<?> ? "" : value.toString());
    }
}

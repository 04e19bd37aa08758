package no.delingsruter.watch;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;
import no.delingsruter.watch.WatchList.Followed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a new key on the watch list asks for, before any event does. */
final class FirstLookups {
    private static final Logger LOG = LoggerFactory.getLogger(FirstLookups.class);
    private final Map<String, Map<String, EventMapping>> mappings = new ConcurrentHashMap<>();

    /** How a lookup's keys are made; told by the routes as they start. */
    void mapping(String service, String lookup, EventMapping mapping) {
        mappings.computeIfAbsent(service, name -> new ConcurrentHashMap<>()).put(lookup, mapping);
    }

    /** Of an event that the lookups of a service are by. */
    Set<String> fields(String service) {
        return mappings.getOrDefault(service, Map.of()).values().stream()
                .flatMap(mapping -> Stream.of(mapping.identifikator(), mapping.gjelderPeriode(), mapping.qualifier()))
                .filter(Objects::nonNull)
                .flatMap(fields -> Arrays.stream(fields.split(",", -1)))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    /** Says which lookups of the services keys alone cannot ask for. */
    void say(Set<Followed> followed) {
        followed.stream()
                .map(Followed::service)
                .distinct()
                .forEach(service -> new TreeMap<>(mappings.getOrDefault(service, Map.of()))
                        .forEach((lookup, mapping) -> {
                            if (!mapping.firstLookup()) {
                                LOG.info(
                                        "Watch list of {}: its lookup {} is made for events only, not first for a new key",
                                        service,
                                        lookup);
                            } else if (mapping.qualifier() != null) {
                                LOG.info(
                                        "Watch list of {}: the first lookup {} of a new key needs a qualifier ({}); without one its events alone are looked up",
                                        service,
                                        lookup,
                                        mapping.qualifier());
                            }
                        }));
    }

    /** Whether a service has a lookup. */
    boolean hasAny(String service) {
        return mappings.containsKey(service);
    }

    /** Of a new key, what all lookups of the service ask for first. */
    Stream<LookupKey> of(Followed one, WatchList.Key watched, WatchPeriods periods, LocalDate today) {
        return mappings.getOrDefault(one.service(), Map.of()).entrySet().stream()
                .flatMap(lookup -> keys(
                        lookup.getValue(), one.service(), one.organisation(), lookup.getKey(), watched, periods, today)
                        .stream());
    }

    /**
     * The keys of a first lookup, which no event asks for: of the state now, never a snapshot.
     *
     * @param watched its period and qualifier may be empty; {@code periods} are taken where the lookup needs a period and it has none
     * @return none when the lookup needs a qualifier and {@code watched} has none, or what only an event can tell
     */
    static List<LookupKey> keys(
            EventMapping mapping,
            String service,
            String organisation,
            String lookup,
            WatchList.Key watched,
            WatchPeriods periods,
            LocalDate today) {
        if (!mapping.firstLookup()
                || (mapping.qualifier() != null && watched.qualifier().isEmpty())) {
            return List.of();
        }
        String given = watched.gjelderPeriode();
        String rest = mapping.qualifier() == null ? "" : watched.qualifier();
        List<String> wanted =
                switch (mapping.period()) {
                    case NONE -> List.of("");
                    case AS_IS -> List.of(given);
                    case YEAR -> given.isEmpty() ? periods.years(today) : List.of(given);
                    case MONTH -> given.isEmpty() ? periods.months(today) : List.of(given);
                };
        return wanted.stream()
                .flatMap(one -> mapping.periods(one).stream())
                .filter(one -> one.length() < 7 || !YearMonth.parse(one).isAfter(YearMonth.from(today)))
                .map(one -> new LookupKey(service, organisation, lookup, watched.identifikator(), one, rest, 0))
                .toList();
    }
}

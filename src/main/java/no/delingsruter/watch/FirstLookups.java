package no.delingsruter.watch;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;

/** What a new key on the watch list asks for, before any event does. */
final class FirstLookups {
    private FirstLookups() {}

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

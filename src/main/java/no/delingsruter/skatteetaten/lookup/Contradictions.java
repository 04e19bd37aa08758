package no.delingsruter.skatteetaten.lookup;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Statistics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lookups that find nothing although their event says that there is something. A few are normal: the data may be gone again. Most of a
 * year's mean that it is asked for in the wrong place, and no answer says so.
 */
final class Contradictions {
    private static final Logger LOG = LoggerFactory.getLogger(Contradictions.class);
    private static final Set<String> SOMETHING = Set.of("ny", "endret");
    private static final int FIRST = 100;
    /** More are not counted apart: periods come from outside. */
    private static final int MOST = 1000;

    private final Map<Asked, Count> counts = new ConcurrentHashMap<>();

    private record Asked(String service, String organisation, String lookup, String year, String version) {}

    private static final class Count {
        private int lookups;
        private int none;
    }

    /**
     * Counts an answer.
     *
     * @param version that was asked, empty when it is not known
     * @param none    the answer says that there is nothing
     * @param cure    what to compare
     */
    void answered(PendingLookup lookup, String version, boolean none, Statistics.Counts counted, String cure) {
        LookupKey key = lookup.key();
        Asked asked = new Asked(key.service(), key.organisation(), key.lookup(), Versions.year(key), version);
        Count count = counts.get(asked);
        boolean counting = count == null ? counts.size() < MOST : count.lookups < FIRST;
        if ((!none && !counting) || !saysSomething(lookup)) {
            return;
        }
        if (none) {
            counted.contradictions.increment();
        }
        if (counting) {
            count(asked, counts.computeIfAbsent(asked, any -> new Count()), none, cure);
        }
    }

    private static void count(Asked asked, Count count, boolean none, String cure) {
        synchronized (count) {
            if (count.lookups == FIRST) {
                return;
            }
            count.lookups++;
            count.none += none ? 1 : 0;
            if (count.none * 2 > FIRST) {
                LOG.warn(
                        "{}, lookup {}: {} of the first {} lookups{}{} found nothing, although their events say NY or ENDRET; {}",
                        new Statistics.Id(asked.service(), asked.organisation()),
                        asked.lookup(),
                        count.none,
                        count.lookups,
                        asked.year().isEmpty() ? "" : " of " + asked.year(),
                        asked.version().isEmpty() ? "" : " (version " + asked.version() + ")",
                        cure);
                count.lookups = FIRST;
            }
        }
    }

    /** An event without registreringstidspunkt is of the older form, which has no hendelsetype (hendelser.xsd): it says nothing. */
    private static boolean saysSomething(PendingLookup lookup) {
        Map<?, ?> event = Page.event(lookup.hendelse());
        return event.get("registreringstidspunkt") != null && SOMETHING.contains(event.get("hendelsetype"));
    }
}

package no.delingsruter.work;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;

/**
 * Answers whose delivery failed, so that the next try of the same lookup need not ask again. Few are kept, for a lane pauses after a few
 * failures; of more, and of large ones, the lookups are made again. Thread safe.
 */
final class Undelivered {
    private static final int MOST = 50;
    private static final int MOST_BYTES = 1_000_000;

    private final Map<LookupKey, Kept> kept = new LinkedHashMap<>();

    private record Kept(PendingLookup lookup, FetchedAnswer answer) {}

    /** @param answer null for none */
    synchronized void keep(PendingLookup lookup, FetchedAnswer answer) {
        if (answer == null || answer.body().length > MOST_BYTES) {
            return;
        }
        kept.put(lookup.key(), new Kept(lookup, answer));
        if (kept.size() > MOST) {
            Iterator<LookupKey> oldest = kept.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** The answer to this very lookup, once; null when there is none, or an event has joined the lookup since. */
    synchronized FetchedAnswer take(PendingLookup lookup) {
        Kept found = kept.remove(lookup.key());
        return found != null
                        && found.lookup.revision() == lookup.revision()
                        && found.lookup.latestSekvensnummer() == lookup.latestSekvensnummer()
                ? found.answer
                : null;
    }

    synchronized boolean has(PendingLookup lookup) {
        return kept.containsKey(lookup.key());
    }

    synchronized Collection<PendingLookup> lookups() {
        return kept.values().stream().map(Kept::lookup).toList();
    }

    synchronized void clear() {
        kept.clear();
    }
}

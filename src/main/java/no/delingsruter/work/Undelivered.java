package no.delingsruter.work;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.support.AnswerMemory;

/**
 * Answers whose delivery failed, so that the next try of the same lookup need not ask again. Few are kept, for a lane pauses after a few
 * failures, and no more than the heap has room for; of more, and of large ones, the lookups are made again. Thread safe.
 */
final class Undelivered {
    private static final int MOST = 50;
    private static final int MOST_BYTES = 1_000_000;

    private final AnswerMemory memory;
    private final Map<LookupKey, Kept> kept = new LinkedHashMap<>();
    private boolean closed;

    private record Kept(PendingLookup lookup, FetchedAnswer answer) {}

    Undelivered(AnswerMemory memory) {
        this.memory = memory;
    }

    /** @param answer null for none */
    synchronized void keep(PendingLookup lookup, FetchedAnswer answer) {
        if (closed || answer == null || answer.body().length > MOST_BYTES) {
            return;
        }
        remove(lookup.key());
        if (kept.size() == MOST) {
            remove(kept.keySet().iterator().next());
        }
        if (memory.keep(answer.body().length)) {
            kept.put(lookup.key(), new Kept(lookup, answer));
        }
    }

    /** The answer to this very lookup, once; null when there is none, or an event has joined the lookup since. */
    synchronized FetchedAnswer take(PendingLookup lookup) {
        Kept found = remove(lookup.key());
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

    synchronized void forget(Predicate<LookupKey> which) {
        List.copyOf(kept.keySet()).stream().filter(which).forEach(this::remove);
    }

    /** Nothing is kept any more. */
    synchronized void close() {
        closed = true;
        forget(key -> true);
    }

    private Kept remove(LookupKey key) {
        Kept found = kept.remove(key);
        if (found != null) {
            memory.release(found.answer.body().length);
        }
        return found;
    }
}

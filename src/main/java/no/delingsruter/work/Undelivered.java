package no.delingsruter.work;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.AnswerMemory;
import org.jspecify.annotations.Nullable;

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

    /**
     * An answer that waits.
     *
     * @param noted where a restart finds it; null for nowhere
     */
    record Kept(PendingLookup lookup, FetchedAnswer answer, ResponseJournal.@Nullable Kept noted) {}

    Undelivered(AnswerMemory memory) {
        this.memory = memory;
    }

    /** @param answer null for none */
    synchronized void keep(PendingLookup lookup, FetchedAnswer answer) {
        if (closed || answer == null || answer.body().length > MOST_BYTES) {
            return;
        }
        drop(lookup.key());
        if (kept.size() == MOST) {
            drop(kept.keySet().iterator().next());
        }
        if (memory.keep(answer.body().length)) {
            kept.put(lookup.key(), new Kept(lookup, answer, null));
        }
    }

    /**
     * It is where a restart finds it, too.
     *
     * @return false when it is not kept
     */
    synchronized boolean note(PendingLookup lookup, ResponseJournal.Kept noted) {
        return kept.computeIfPresent(lookup.key(), (key, found) -> new Kept(found.lookup, found.answer, noted)) != null;
    }

    /** The answer to this very lookup, once; null when there is none, or an event has joined the lookup since. */
    synchronized @Nullable Kept take(PendingLookup lookup) {
        Kept found = kept.get(lookup.key());
        if (found == null
                || found.lookup.revision() != lookup.revision()
                || found.lookup.latestSekvensnummer() != lookup.latestSekvensnummer()) {
            drop(lookup.key());
            return null;
        }
        return remove(lookup.key());
    }

    /** It is not wanted any more. */
    synchronized void drop(LookupKey key) {
        Kept found = remove(key);
        if (found != null && found.noted != null) {
            found.noted.end();
        }
    }

    synchronized boolean has(PendingLookup lookup) {
        return kept.containsKey(lookup.key());
    }

    synchronized Collection<PendingLookup> lookups() {
        return kept.values().stream().map(Kept::lookup).toList();
    }

    synchronized void forget(Predicate<LookupKey> which) {
        List.copyOf(kept.keySet()).stream().filter(which).forEach(this::drop);
    }

    /** Nothing is kept here any more; a restart finds what was noted. */
    synchronized void close() {
        closed = true;
        for (LookupKey key : List.copyOf(kept.keySet())) {
            Kept found = remove(key);
            if (found.noted != null) {
                found.noted.leave(found.lookup);
            }
        }
    }

    private Kept remove(LookupKey key) {
        Kept found = kept.remove(key);
        if (found != null) {
            memory.release(found.answer.body().length);
        }
        return found;
    }
}

package no.delingsruter.store;

import java.util.List;
import no.delingsruter.model.Done;
import no.delingsruter.model.PendingLookup;
import org.jspecify.annotations.Nullable;

/**
 * A lookup that is done.
 *
 * @param delivered  what is now the last result of the key; null when that has not changed
 * @param statements that are not written yet
 */
public record Ending(
        PendingLookup lookup, PendingLookup.@Nullable Delivered delivered, Done how, List<ResultStatement> statements) {

    PendingLookup.@Nullable Delivered last() {
        return delivered == null ? lookup.last() : delivered;
    }

    /** Whether the row of its key keeps what was delivered last. */
    boolean isKept() {
        return lookup.key().snapshot() == 0 && last() != null;
    }

    @Override
    public String toString() {
        return "result of " + lookup;
    }
}

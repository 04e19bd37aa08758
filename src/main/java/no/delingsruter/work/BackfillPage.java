package no.delingsruter.work;

import java.util.Collection;
import no.delingsruter.model.PendingLookup;

/**
 * A page of an event list that is read again beside its being followed: it takes the steps of the list's route, and moves no checkpoint.
 *
 * @param after the last number that was read
 * @param to    the last one to be read
 * @param taker of what it asks for
 */
public record BackfillPage(long after, long to, Taker taker) {
    /** Gets what has come of a page. */
    public interface Taker {
        /**
         * @param last    the number that has been read to; {@link BackfillPage#to} at the end
         * @param events  how many were read
         * @param failed  how many of them a step has failed on
         * @param lookups one for each key
         */
        void take(long last, int events, int failed, Collection<PendingLookup> lookups);
    }
}

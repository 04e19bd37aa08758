package no.delingsruter.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an event list and its lookups stand.
 *
 * @param reason    of the state; null where all runs
 * @param position  the last number that was read, and when; null when nothing was
 * @param due       since when the lookup that waits longest could have been made, or when the next one is due; null when none is pending
 * @param behind    numbers in front, at least; -1 when that is not known
 * @param perSecond lookups that are done; NaN when that is not known
 */
public record ListStatus(
        Scope list,
        LaneState state,
        @Nullable String reason,
        @Nullable Long position,
        @Nullable Instant moved,
        long pending,
        @Nullable Instant due,
        long parked,
        long behind,
        double perSecond) {
    /** How long the lookup that waits longest has waited, in seconds; 0 when none waits. */
    public long lag(Instant now) {
        return due == null ? 0 : Math.max(0, Duration.between(due, now).toSeconds());
    }

    /** How long what is pending will take, in seconds; -1 when that is not known. */
    public long left() {
        if (pending == 0) {
            return 0;
        }
        return Double.isNaN(perSecond) || !state.looksUp() ? -1 : Math.round(pending / perSecond);
    }
}

package no.delingsruter.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A state that an operator has asked for and that is in force.
 *
 * @param begins    of a planned window, with its end; null for what holds until something else is asked for
 * @param operation that asked for it; a later one goes before an earlier one
 */
public record Directive(
        Scope scope,
        LaneState state,
        long operation,
        Instant since,
        @Nullable Instant begins,
        @Nullable Instant ends,
        String by,
        @Nullable String reason) {

    public boolean planned() {
        return begins != null;
    }

    /** Whether a planned window is open. */
    public boolean open(Instant now) {
        return begins != null && ends != null && !now.isBefore(begins) && now.isBefore(ends);
    }

    /** Who, and why. */
    public String cause() {
        return "operation " + operation + " of " + by + (reason == null ? "" : ": " + reason);
    }
}

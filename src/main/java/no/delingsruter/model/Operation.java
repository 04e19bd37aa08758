package no.delingsruter.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has asked for, and what has come of it.
 *
 * @param id        0 before it is stored
 * @param kind      lower case
 * @param arguments of the kind; never about whom
 * @param total     null while that is not known
 * @param result    one sentence, null before there is one
 * @param owner     the instance that carries it out; null for none
 */
public record Operation(
        long id,
        String kind,
        Scope scope,
        Map<String, String> arguments,
        String by,
        @Nullable String reason,
        @Nullable Instant at,
        State state,
        @Nullable Long total,
        long done,
        @Nullable String result,
        @Nullable String owner,
        @Nullable Instant finished) {

    /** How far it has come. */
    public enum State {
        REQUESTED,
        RUNNING,
        PAUSED,
        /** What it has under way is finished, and nothing more. */
        CANCELLING,
        DONE,
        CANCELLED,
        FAILED;

        public boolean over() {
            return this == DONE || this == CANCELLED || this == FAILED;
        }
    }

    /** One that is asked for now. */
    public static Operation of(
            String kind, Scope scope, Map<String, String> arguments, String by, @Nullable String reason) {
        return new Operation(0, kind, scope, arguments, by, reason, null, State.REQUESTED, null, 0, null, null, null);
    }

    public @Nullable String argument(String name) {
        return arguments.get(name);
    }
}

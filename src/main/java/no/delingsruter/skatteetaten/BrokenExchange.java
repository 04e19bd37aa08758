package no.delingsruter.skatteetaten;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.network.TlsTrouble;
import no.delingsruter.observation.Alerts;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.ForwardProxy;

/** Puts an HTTP exchange that has brought no whole answer into a sentence for the operator. */
final class BrokenExchange {
    /** Open while there is no memory for answers. */
    static final String MEMORY = "Memory for answers";
    /** What was too slow for us is often finished by the server all the same, or noticed only then. */
    private static final Duration LONGEST_WORKING_ON = Duration.ofSeconds(10);

    private BrokenExchange() {}

    /**
     * What the call has failed with; the call knows then for how long the server may be at it still.
     *
     * @param began by System.nanoTime
     */
    static CallFailedException of(Call call, Exception failure, long began, Alerts alerts) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CallFailedException notNow) {
                return notNow;
            }
            // A subclass of it is about connecting: there was no call yet
            if (cause.getClass() == SocketTimeoutException.class) {
                call.stillOpen =
                        Collections.min(List.of(Duration.ofNanos(System.nanoTime() - began), LONGEST_WORKING_ON));
            }
            if (cause instanceof AnswerMemory.NoRoomException) {
                alerts.begins(MEMORY, cause.getMessage() + "; asked again later");
                return call.failed(Kind.NOT_NOW, cause.getMessage(), null);
            }
        }
        if (failure instanceof ForwardProxy.RefusedException) {
            return call.failed(Kind.REFUSED_FOR_ALL, failure.getMessage(), null);
        }
        String untrusted = TlsTrouble.sentence(call.api, call.urlKey(), failure);
        if (untrusted != null) {
            return call.failed(Kind.REFUSED_FOR_ALL, untrusted, null);
        }
        // What others say stays here, for it may name the address
        String why = failure instanceof AnswerTooLargeException
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
        return call.failed(Kind.BUSY, "no whole answer (" + why + ")", null);
    }
}

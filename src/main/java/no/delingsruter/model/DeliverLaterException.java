package no.delingsruter.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A receiver takes nothing now and has said when to come again. The message is fit for a log. */
public final class DeliverLaterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Instant notBefore;

    public DeliverLaterException(String reason, Instant notBefore) {
        super(reason, null, false, false);
        this.notBefore = notBefore;
    }

    public Instant notBefore() {
        return notBefore;
    }

    /** The one that a failure is or comes from; null for none. */
    public static @Nullable DeliverLaterException in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DeliverLaterException later) {
                return later;
            }
        }
        return null;
    }
}

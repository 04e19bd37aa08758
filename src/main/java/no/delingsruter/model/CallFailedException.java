package no.delingsruter.model;

import java.time.Instant;
import java.util.Locale;

/**
 * A call to Skatteetaten (or the token for it) that gave no result. The message is fit for a log: it names status and kode,
 * never an address, a key or a body.
 */
public final class CallFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public enum Kind {
        /** No call was made, because none is allowed now; the try does not count. */
        NOT_NOW,
        /** The API is in trouble or the answer was broken: again, after a pause. */
        BUSY,
        /** The API will not answer for this key. */
        REFUSED,
        /** No call can be made for this key as things are configured; another try would change nothing. */
        UNASKABLE,
        /** The API will answer nobody: wrong address, no access, token refused. */
        REFUSED_FOR_ALL
    }

    private final Kind kind;
    private final transient Answer answer;
    private final transient Instant notBefore;

    /**
     * The answer in so far as there was one.
     *
     * @param status         HTTP status, 0 when there was no answer
     * @param kode           Skatteetaten's kode, null when there was none
     * @param korrelasjonsid of the call, null when none was made
     */
    public record Answer(int status, String kode, String korrelasjonsid) {
        public static final Answer NO_ANSWER = new Answer(0, null, null);
    }

    /** @param notBefore no call of the same API and organisation may be made before it; null when that is left to the caller */
    public CallFailedException(Kind kind, String reason, Answer answer, Instant notBefore) {
        super(reason, null, false, false);
        this.kind = kind;
        this.answer = answer;
        this.notBefore = notBefore;
    }

    public Kind kind() {
        return kind;
    }

    /** One word for any failure: the kind of a call's, the innermost type of another. */
    public static String kind(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof CallFailedException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CallFailedException call
                ? call.kind.name().toLowerCase(Locale.ROOT)
                : cause.getClass().getSimpleName();
    }

    public Answer answer() {
        return answer == null ? Answer.NO_ANSWER : answer;
    }

    /** Null when nothing is known. */
    public Instant notBefore() {
        return notBefore;
    }
}

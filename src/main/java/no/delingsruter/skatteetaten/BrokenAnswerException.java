package no.delingsruter.skatteetaten;

/** An answer is not what it claims to be; the message never quotes it. */
public final class BrokenAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokenAnswerException(String message) {
        super(message, null, false, false);
    }
}

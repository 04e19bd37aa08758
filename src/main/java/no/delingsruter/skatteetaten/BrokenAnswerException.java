package no.delingsruter.skatteetaten;

/** An answer is not what it claims to be; the message never quotes it. */
final class BrokenAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenAnswerException(String message) {
        super(message, null, false, false);
    }
}

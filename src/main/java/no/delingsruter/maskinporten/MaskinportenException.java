package no.delingsruter.maskinporten;

/**
 * There is no token. The message is one sentence with what Maskinporten said and what to do about it; it holds no token, grant or key.
 */
public final class MaskinportenException extends RuntimeException {
    private final boolean refused;

    MaskinportenException(String message, boolean refused, Throwable cause) {
        // One instance is kept and thrown many times: it must not collect suppressed exceptions
        super(message, cause, false, true);
        this.refused = refused;
    }

    /**
     * @return true when Maskinporten said no, which configuration or access must put right; false when there was no usable answer, and
     *         the same call may succeed later
     */
    public boolean refused() {
        return refused;
    }
}

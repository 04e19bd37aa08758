package no.delingsruter.model;

/** An event does not hold what its lookup needs; it is parked with this message, which names fields and never values. */
public final class UnusableEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableEventException(String message) {
        super(message, null, false, false);
    }
}

package no.delingsruter.skatteetaten.list;

/** What an answer tells that stands in the way of going on; the message is fit for a log. */
final class ListStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListStoppedException(String message) {
        super(message, null, false, false);
    }
}

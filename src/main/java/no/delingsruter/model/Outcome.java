package no.delingsruter.model;

/** What a lookup's answer says about its key; each of these is a result and is delivered. */
public enum Outcome {
    /** There is data. */
    FOUND,
    /** There is none for the key. */
    NONE,
    /** There was some, and it has been deleted. */
    DELETED,
    /** The person is shielded ({@code skjermet: true}); the answer is nearly empty. */
    SHIELDED;

    /** As delivered and as stored. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

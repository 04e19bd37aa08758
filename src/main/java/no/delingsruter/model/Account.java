package no.delingsruter.model;

import java.util.Set;

/** The accounts of the books: what came in, and where it is. An event that asks for several lookups counts once for each. */
public final class Account {
    /** Events that were read. */
    public static final String READ = "read";
    /** What an event asked for beyond its first lookup; less than nothing where several rows were parked for one event. */
    public static final String MORE = "more";
    /** First lookups of keys on the watch list. */
    public static final String FIRST = "first";
    /** Asked for by an operation. */
    public static final String ASKED = "asked for by operations";
    /** What was there when the books were opened. */
    public static final String EARLIER = "earlier";

    /** What has come in; all other accounts tell where it is. */
    public static final Set<String> IN = Set.of(READ, MORE, FIRST, ASKED, EARLIER);

    /** Followed by the rule: nobody asked for it. */
    public static final String LEFT_OUT = "left out: ";
    /** What the steps of a lookup's route leave out. */
    public static final String RESULTS = "results";
    /** Taken off the watch list, or erased, before it was done. */
    public static final String REMOVED = "removed";
    /** Was parked; a newer event of its key has been delivered, or parked instead. */
    public static final String SUPERSEDED = "superseded";
    /** Joined another event of its key: one lookup for both. */
    public static final String COALESCED = "coalesced";

    public static final String PENDING = "pending";
    public static final String PARKED = "parked";
    public static final String DELIVERED = "delivered";
    /** Equal to the last result of the key. */
    public static final String UNCHANGED = "unchanged";
    /** There was nothing. */
    public static final String NONE = "none";
    /** It has been deleted. */
    public static final String DELETED = "deleted";

    private Account() {}
}

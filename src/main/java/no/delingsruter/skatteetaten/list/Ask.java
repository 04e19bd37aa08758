package no.delingsruter.skatteetaten.list;

/** What a list is asked for. */
enum Ask {
    /** What comes after the last number. */
    NEXT,
    /** The last number again, and what comes after it. */
    AGAIN,
    /** Whether a number comes after the one before it, since it was not there when asked from. */
    BEFORE,
    /** Whether a number that is there is answered when asked from. */
    PROBE,
    /** Whether anything is at a position that need be no event's number, or after it. */
    POSITION,
    /** What has turned up behind the last number. */
    BACK,
    /** Beyond numbers of which the list answers that there is nothing. */
    STEP
}

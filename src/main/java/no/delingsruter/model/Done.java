package no.delingsruter.model;

import java.util.Locale;

/** How a lookup was done. */
public enum Done {
    /** A result that was not there before, which something has taken. */
    DELIVERED(Account.DELIVERED),
    /** Equal to the last result of its key. */
    UNCHANGED(Account.UNCHANGED),
    NONE(Account.NONE),
    DELETED(Account.DELETED),
    /** A step of its route left it out. */
    LEFT_OUT(Account.LEFT_OUT + Account.RESULTS);

    private final String account;

    Done(String account) {
        this.account = account;
    }

    public String account() {
        return account;
    }

    /** As shown, and as a part of the store's column names. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

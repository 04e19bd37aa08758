package no.delingsruter.simulator.data;

/** What happened to a key. */
public enum Hendelsetype {
    NY,
    ENDRET,
    SLETTET,
    IDENTITETSENDRING;

    private static final Hendelsetype[] ALL = values();

    static Hendelsetype of(int ordinal) {
        return ALL[ordinal];
    }
}

package no.delingsruter.simulator.data;

/** What an answer needs beside its key, worked out from the key, so that the event and the lookup say the same. */
public final class Derived {
    private static final String[] KOMMUNER = {"0301", "1103", "3403", "4203", "4601", "5001", "5501", "1506"};
    private static final long SCATTER = 0x9E37_79B9_7F4A_7C15L;
    private static final long BACK = inverse(SCATTER);

    private Derived() {}

    private static long inverse(long odd) {
        long x = odd;
        for (int i = 0; i < 6; i++) {
            x *= 2 - odd * x;
        }
        return x;
    }

    public static String kommune(String identifikator) {
        return KOMMUNER[(int) Math.floorMod(Mix.hash(identifikator), (long) KOMMUNER.length)];
    }

    public static long eiendom(String identifikator) {
        return 1_000_000L + Math.floorMod(Mix.hash(identifikator), 900_000_000L);
    }

    public static long matrikkel(String identifikator) {
        return 10_000_000L + Math.floorMod(Mix.hash(identifikator) >> 8, 900_000_000L);
    }

    /**
     * The 32 hexadecimal digits that name the document of an event.
     *
     * @param series one of a few small numbers, one for each kind of document
     */
    public static String dokument(int series, int ordinal) {
        return String.format("%016x%016x", Mix.hash(series, ordinal), ordinal * SCATTER);
    }

    /** The place of the event in its list, or -1 when no event has such a document. */
    public static int ordinal(int series, String dokument) {
        if (!dokument.matches("[0-9a-f]{32}")) {
            return -1;
        }
        long ordinal = Long.parseUnsignedLong(dokument.substring(16), 16) * BACK;
        return ordinal >= 0
                        && ordinal <= Integer.MAX_VALUE
                        && dokument(series, (int) ordinal).equals(dokument)
                ? (int) ordinal
                : -1;
    }

    /** Folkeregisteret's names for what happened. */
    public static String fregtype(Hendelsetype type) {
        return switch (type) {
            case NY -> "personErOpprettet";
            case ENDRET -> "endringINavn";
            case SLETTET -> "personErOpphoert";
            case IDENTITETSENDRING -> "endringIIdentifikasjonsnummer";
        };
    }
}

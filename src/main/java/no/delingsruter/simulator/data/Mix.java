package no.delingsruter.simulator.data;

/** Deterministic scatter: the same input gives the same number on every machine. */
public final class Mix {
    private Mix() {}

    /** 64 well-mixed bits of two numbers (splitmix64). */
    public static long hash(long a, long b) {
        long z = a * 0x9E3779B97F4A7C15L + b + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** 64 well-mixed bits of a text; null counts as empty. */
    public static long hash(String text) {
        long h = 1125899906842597L;
        for (int i = 0; text != null && i < text.length(); i++) {
            h = 31 * h + text.charAt(i);
        }
        return hash(h, 7);
    }

    /** A number in [0, 1) from mixed bits. */
    public static double share(long hash) {
        return (hash >>> 11) * 0x1.0p-53;
    }
}

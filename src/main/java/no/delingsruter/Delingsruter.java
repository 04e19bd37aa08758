package no.delingsruter;

/** The program's entry point. */
public final class Delingsruter {
    private Delingsruter() {
    }

    public static void main(String... args) {
        System.exit(0);
    }
}

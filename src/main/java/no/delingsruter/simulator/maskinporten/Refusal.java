package no.delingsruter.simulator.maskinporten;

/** Why a grant is refused. The codes MP-012, MP-121 and MP-301 to 303 are Maskinporten's own; the others are made up. */
final class Refusal extends Exception {
    final String error;
    final String code;

    /**
     * @param error OAuth error, e.g. invalid_grant
     * @param code MP-xxx
     * @param description what is wrong, without any value of the grant's
     */
    Refusal(String error, String code, String description) {
        super(description, null, false, false);
        this.error = error;
        this.code = code;
    }

    static Refusal grant(String code, String description) {
        return new Refusal("invalid_grant", code, description);
    }

    static Refusal request(String code, String description) {
        return new Refusal("invalid_request", code, description);
    }

    static Refusal client(String code, String description) {
        return new Refusal("invalid_client", code, description);
    }
}

package no.delingsruter.maskinporten;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Maskinporten said when it said no, and what to do about it. Codes and remedies: Digdir's page "Feilsøking i Maskinporten".
 *
 * @param code        such as MP-121; null when it gave none
 * @param description for the log alone, as it came
 */
record Refusal(String error, String code, String description) {
    private static final Pattern CODE = Pattern.compile("\\bMP-\\d{3}\\b");

    private static final String CLOCK = "synchronise the machine's clock";
    private static final String CLIENT =
            "check that maskinporten.client-id is right and that the client was made in the environment that "
                    + "maskinporten.token-url and maskinporten.audience point to";
    private static final String SCOPE =
            "add the scope to the client in Maskinporten, or correct the scope of the service";

    private static final String SYSTEMBRUKER =
            "check in Altinn that the organisation in maskinporten.systembruker has approved our system, without externalRef, and that "
                    + "the system is registered with maskinporten.client-id; check the number";

    private static final Map<String, String> BY_CODE = Map.ofEntries(
            Map.entry(
                    "MP-011",
                    "check maskinporten.client-id, maskinporten.consumer-org and the scope for typing errors"),
            Map.entry(
                    "MP-012",
                    "the grant was used before, the next try carries a new one; if it goes on, something on the way repeats requests"),
            Map.entry("MP-100", CLIENT),
            Map.entry("MP-110", "set maskinporten.audience to the environment's issuer, trailing slash included"),
            Map.entry(
                    "MP-120",
                    "use a valid enterprise certificate of the right kind, a test certificate in test and a production one in production"),
            Map.entry(
                    "MP-121",
                    "the key registered on the client has expired (it lives one year): register a new key, or the same once more"),
            Map.entry(
                    "MP-122",
                    "the certificate belongs to another organisation than the client: use one of the organisation that owns the client"),
            Map.entry("MP-123", "put the certificate with its full chain into maskinporten.keystore"),
            Map.entry(
                    "MP-124",
                    "check that the key is the one registered on the client under its kid (that of the JWK, or maskinporten.key-id)"),
            Map.entry("MP-130", CLOCK),
            Map.entry("MP-200", SCOPE),
            Map.entry(
                    "MP-201",
                    "the client's integration type does not allow the scope: make a client of type Maskinporten"),
            Map.entry("MP-250", "ask the API's owner (Skatteetaten) to give the organisation access to the scope"),
            Map.entry(
                    "MP-301",
                    "this Maskinporten does not know systembruker: check maskinporten.token-url, or remove maskinporten.systembruker"),
            Map.entry(
                    "MP-302",
                    "Maskinporten does not take a field that the grant for maskinporten.systembruker has: its form has changed, take a newer"
                            + " version of this program"),
            Map.entry("MP-303", SYSTEMBRUKER),
            Map.entry("MP-251", "let the organisation in maskinporten.consumer-org delegate the API to us in Altinn"));

    /** Where the advice is another for a certificate. */
    private static final Map<String, String> BY_CODE_CERTIFIED = Map.of(
            "MP-121", "the certificate in maskinporten.keystore has expired: order a new one, and replace the file",
            "MP-124",
                    "check that the certificate in maskinporten.keystore is of the environment that maskinporten.token-url points to");

    /** Refusals that come without a code, by a piece of their description. */
    private static final Map<String, String> BY_DESCRIPTION = Map.of(
            "consumer_org in claim",
                    "remove maskinporten.consumer-org: it is for other organisations than the client's own",
            "Issue time is after now", CLOCK,
            "Unknown key identifier",
                    "set maskinporten.key-id to the kid under which the key is registered on the client",
            "no key identifier",
                    "the client takes registered keys only: use maskinporten.jwk or maskinporten.private-key with maskinporten.key-id");

    private static final Map<String, String> BY_ERROR = Map.of(
            "invalid_client", CLIENT,
            "unauthorized_client", CLIENT,
            "invalid_altinn_customer_configuration", SYSTEMBRUKER,
            "invalid_scope", SCOPE,
            "invalid_grant", "check client, key, audience and clock against the error_description in the log",
            "invalid_request",
                    "check client id, scope and consumer organisation against the error_description in the log");

    private static final String OTHERWISE =
            "see the error_description in the log and Digdir's page 'Feilsøking i Maskinporten'";

    public static Refusal of(String error, String description, String uri) {
        Matcher code = CODE.matcher(uri + " " + description);
        return new Refusal(error, code.find() ? code.group() : null, description);
    }

    /** A grant that was used before means that an answer got lost: the next grant is another one, and nobody needs to act. */
    boolean passing() {
        return "MP-012".equals(code);
    }

    /**
     * @param certified whether our key is known by a certificate, and not registered
     * @return one sentence; the description is not part of it
     */
    String sentence(String scope, boolean certified) {
        return "Maskinporten refused a token for " + scope + " with " + ForeignText.safe(error)
                + (code == null ? "" : " " + code) + ": " + remedy(certified);
    }

    private String remedy(boolean certified) {
        if (certified && code != null && BY_CODE_CERTIFIED.containsKey(code)) {
            return BY_CODE_CERTIFIED.get(code);
        }
        if (code != null && BY_CODE.containsKey(code)) {
            return BY_CODE.get(code);
        }
        return BY_DESCRIPTION.entrySet().stream()
                .filter(known -> description != null && description.contains(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> BY_ERROR.getOrDefault(error, OTHERWISE));
    }
}

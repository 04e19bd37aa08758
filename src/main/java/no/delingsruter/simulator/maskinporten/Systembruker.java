package no.delingsruter.simulator.maskinporten;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The claim authorization_details of a grant for a systembruker (Digdir, "Systembruker for virksomheter" and "Feilsøking"). */
final class Systembruker {
    private static final String TYPE = "urn:altinn:systemuser";
    private static final String IDENTIFIER = "0192:";

    private Systembruker() {}

    /**
     * @param claim     null for none
     * @param own       the client's organisation
     * @param approved  who has approved the client's system
     */
    static void check(Object claim, String own, Predicate<String> approved) throws Refusal {
        if (claim == null) {
            return;
        }
        if (!(claim instanceof List<?> details)
                || details.size() != 1
                || !(details.get(0) instanceof Map<?, ?> detail)
                || !TYPE.equals(detail.get("type"))) {
            throw Refusal.request("MP-301", "Unknown authorization details type");
        }
        if (!Set.of("type", "systemuser_org", "externalRef").containsAll(detail.keySet())
                || !(detail.get("systemuser_org") instanceof Map<?, ?> party)
                || !Set.of("authority", "ID").equals(party.keySet())) {
            throw Refusal.request("MP-302", "Unknown fields in the authorization details");
        }
        String organisation = organisation(claim);
        if (!"iso6523-actorid-upis".equals(party.get("authority")) || organisation == null) {
            throw Refusal.request("MP-303", "Invalid authorization details values");
        }
        if (!organisation.equals(own) && !approved.test(organisation)) {
            throw new Refusal(
                    "invalid_altinn_customer_configuration",
                    "MP-303",
                    "No systembruker for the organisation and client");
        }
    }

    /** The organisation whose systembruker is asked for; null for none. */
    static String organisation(Object claim) {
        return claim instanceof List<?> details
                        && !details.isEmpty()
                        && details.get(0) instanceof Map<?, ?> detail
                        && detail.get("systemuser_org") instanceof Map<?, ?> party
                        && party.get("ID") instanceof String id
                        && id.matches(IDENTIFIER + "[0-9]{9}")
                ? id.substring(IDENTIFIER.length())
                : null;
    }
}

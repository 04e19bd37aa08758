package no.delingsruter.maskinporten;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a token is asked for. The two ways are independent of each other (documentation: "Systembruker for virksomheter").
 *
 * @param consumerOrg  the organisation that delegated the scope to us in Altinn; null when we ask for ourselves, because our own number is
 *                     an error (page "Feilsøking i Maskinporten")
 * @param systembruker the organisation that has approved our system as its systembruker in Altinn, nine digits; null for none
 */
public record ActingFor(
        @Nullable String consumerOrg, @Nullable String systembruker) {
    public static final ActingFor OURSELVES = new ActingFor(null, null);

    public ActingFor {
        consumerOrg = blankToNull(consumerOrg);
        systembruker = blankToNull(systembruker);
        // One who is acted for as a systembruker has not delegated the scope as well
        consumerOrg = systembruker != null && systembruker.equals(consumerOrg) ? null : consumerOrg;
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}

package no.delingsruter.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest result of a key, as it was delivered.
 *
 * @param payload        empty when the outcome has none
 * @param korrelasjonsid null when no call was made
 */
public record HeldResult(
        LookupKey key,
        long sekvensnummer,
        int version,
        String outcome,
        String change,
        boolean incomplete,
        String payload,
        String payloadHash,
        @Nullable String korrelasjonsid,
        Instant fetchedAt) {
    /** Never the payload: this may reach a log. */
    @Override
    public String toString() {
        return "result of " + key;
    }
}

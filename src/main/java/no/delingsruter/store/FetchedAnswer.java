package no.delingsruter.store;

import java.time.Instant;

/**
 * What an API has answered to a lookup.
 *
 * @param contentType    empty for none
 * @param body           as received, after decompression
 * @param at             when the answer was there
 */
public record FetchedAnswer(int status, String contentType, String korrelasjonsid, byte[] body, Instant at) {
    /** Never the body: this may reach a log. */
    @Override
    public String toString() {
        return "answer " + status;
    }
}

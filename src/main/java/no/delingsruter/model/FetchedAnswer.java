package no.delingsruter.model;

import java.time.Instant;

/**
 * What an API has answered to a lookup.
 *
 * @param by           which lookup of a route was answered: its API and path, without values
 * @param contentType  empty for none
 * @param body         as received, after decompression
 * @param at           when the answer was there
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes as received; two answers are never compared
public record FetchedAnswer(String by, int status, String contentType, String korrelasjonsid, byte[] body, Instant at) {
    /** Never the body: this may reach a log. */
    @Override
    public String toString() {
        return "answer " + status;
    }
}

package no.delingsruter.model;

/**
 * Something set aside for an operator, with its reason.
 *
 * @param key            parts that are not known are empty
 * @param hendelse       the event as JSON, null when there was none
 * @param status         HTTP status, 0 when there was no answer
 * @param kode           null when there was none
 * @param korrelasjonsid null when there was none
 * @param reason         one sentence without personal data
 */
public record ParkedEvent(
        LookupKey key,
        long sekvensnummer,
        boolean identityChange,
        String hendelse,
        int status,
        String kode,
        String korrelasjonsid,
        String reason,
        int attempts) {
    @Override
    public String toString() {
        return "parked " + key;
    }
}

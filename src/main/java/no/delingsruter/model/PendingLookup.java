package no.delingsruter.model;

/**
 * A lookup that events have asked for.
 *
 * @param firstSekvensnummer  of the events that wait together; the checkpoint when no event but a watch list asked
 * @param latestSekvensnummer likewise
 * @param events              how many events wait together; a first lookup that no event asks for counts as one
 * @param identityChange      one of them told of an identity change
 * @param hendelse            the latest event as JSON, null when there was none
 * @param revision            grows with every event that joins
 * @param attempts            failed tries so far
 * @param last                what was delivered last for the key, null when nothing was
 * @param parked              the key has a parked row
 * @param epoch               of the lease that it was read under; of no meaning where one process alone works on the store
 */
public record PendingLookup(
        LookupKey key,
        long firstSekvensnummer,
        long latestSekvensnummer,
        int events,
        boolean identityChange,
        String hendelse,
        int revision,
        int attempts,
        Delivered last,
        boolean parked,
        long epoch) {

    /** A new one, for one event. */
    public static PendingLookup of(LookupKey key, long sekvensnummer, boolean identityChange, String hendelse) {
        return new PendingLookup(key, sekvensnummer, sekvensnummer, 1, identityChange, hendelse, 0, 0, null, false, 0);
    }

    /**
     * A new one that no event asks for.
     *
     * @param checkpoint events up to it are older than the lookup will be
     */
    public static PendingLookup first(LookupKey key, long checkpoint) {
        return new PendingLookup(key, checkpoint, checkpoint, 1, false, null, 0, 0, null, false, 0);
    }

    /** This and a later one of the same key. */
    public PendingLookup and(PendingLookup later) {
        return new PendingLookup(
                key,
                firstSekvensnummer,
                later.latestSekvensnummer,
                events + later.events,
                identityChange || later.identityChange,
                later.hendelse,
                revision,
                attempts,
                last,
                parked,
                epoch);
    }

    /**
     * What was delivered last for a key.
     *
     * @param version     1 for the first
     * @param outcome     as text
     * @param payloadHash SHA-256 of the payload, hexadecimal
     */
    public record Delivered(int version, String outcome, String payloadHash) {}

    @Override
    public String toString() {
        return "pending " + key;
    }
}

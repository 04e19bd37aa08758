package no.delingsruter.simulator.data;

/**
 * What is known about one key.
 *
 * @param identifikator who the answer is about: the one asked for, or another after an identity change
 * @param version       events published for the key so far
 * @param event         the last of them
 */
public record KeyState(String identifikator, int version, boolean shielded, boolean unknown, EventView event) {

    /** Null where the list has no periods. */
    public String periode() {
        return event.gjelderPeriode();
    }

    public boolean deleted() {
        return event.type() == Hendelsetype.SLETTET;
    }

    /** Milliseconds since 1970. */
    public long registrert() {
        return event.registrert();
    }
}

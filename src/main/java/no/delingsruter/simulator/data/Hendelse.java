package no.delingsruter.simulator.data;

/**
 * An event to publish.
 *
 * @param identifikator    the key; null for one that nothing has been published for
 * @param gjelderPeriode   null where the list has no periods
 * @param type             null: ny for the key's first event, endret after that
 * @param sekvensnummer    0: the next number; otherwise higher than every number before it
 * @param registrert       milliseconds since 1970; 0: now
 * @param nyIdentifikator  who answers after an identitetsendring; null: a number made up from the old one
 */
public record Hendelse(
        String identifikator,
        String gjelderPeriode,
        Hendelsetype type,
        long sekvensnummer,
        long registrert,
        String nyIdentifikator) {

    public static Hendelse of(String identifikator, String gjelderPeriode) {
        return new Hendelse(identifikator, gjelderPeriode, null, 0, 0, null);
    }

    public static Hendelse of(String identifikator, String gjelderPeriode, Hendelsetype type) {
        return new Hendelse(identifikator, gjelderPeriode, type, 0, 0, null);
    }
}

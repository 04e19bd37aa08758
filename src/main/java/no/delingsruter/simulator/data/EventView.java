package no.delingsruter.simulator.data;

/** One published event; {@code registrert} in milliseconds since 1970, {@code ordinal} its place in the list from 0. */
public record EventView(
        int ordinal,
        long sekvensnummer,
        String identifikator,
        String gjelderPeriode,
        Hendelsetype type,
        long registrert) {}

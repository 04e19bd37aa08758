package no.delingsruter.benchmark;

/**
 * One of the catalogue's services as the benchmark uses it.
 *
 * @param list   API of the event list
 * @param group  group in which the simulator counts its lookups
 * @param lookup API and path, for the peers
 * @param scope  that opens both
 */
record Service(String name, String list, String group, String lookup, String scope) {
    static final Service INNTEKT = new Service(
            "inntekt",
            "inntekthendelser",
            "inntekt",
            "inntekt/v1/benchmark/{identifikator}/inntekter?fraOgMed={gjelderPeriode}&tilOgMed={gjelderPeriode}",
            "skatteetaten:inntekt");
    /** Its list counts apart from its lookups: the list can be read while lookups are stopped. */
    static final Service SKATTEOPPGJOER = new Service(
            "skatteoppgjoer",
            "skatteoppgjoerhendelser",
            "summertskattegrunnlag",
            "summertskattegrunnlag/v2/oppgjoer/benchmark/{gjelderPeriode}/{identifikator}",
            "skatteetaten:summertskattegrunnlag");
}

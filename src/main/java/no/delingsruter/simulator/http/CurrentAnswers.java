package no.delingsruter.simulator.http;

import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.data.KeyState;

/** Tells what a lookup would answer, so that what a receiver has in the end can be compared. */
public final class CurrentAnswers {
    private final World world;
    private final LookupAnswers lookups;

    public CurrentAnswers(World world) {
        this.world = world;
        lookups = new LookupAnswers(world);
    }

    /**
     * @param lookup id or API's name
     * @param gjelderPeriode null for none
     * @param stadie null for the lookup's usual one
     */
    public Current of(String lookup, String identifikator, String gjelderPeriode, String stadie, Format format) {
        LookupApi api = world.catalogue().lookup(lookup);
        KeyState state = lookups.state(api, identifikator, gjelderPeriode);
        Answer answer = lookups.current(api, identifikator, gjelderPeriode, stadie, format);
        return new Current(
                answer.status(),
                answer.outcome(),
                state == null ? 0 : state.version(),
                answer.body().toString());
    }
}

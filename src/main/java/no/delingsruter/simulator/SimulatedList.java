package no.delingsruter.simulator;

import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.data.Hendelse;
import no.delingsruter.simulator.data.Hendelsetype;

/** One event list, as tests handle it. Thread safe. */
public final class SimulatedList {
    private final EventLog log;

    SimulatedList(EventLog log) {
        this.log = log;
    }

    /** Adds generated events. */
    public SimulatedList generate(Generation how) {
        log.generate(how);
        return this;
    }

    /**
     * Adds generated events.
     *
     * @param gaps share of events with a hole in the numbers before them, 0 to 1
     */
    public SimulatedList generate(int events, int keys, long seed, double gaps) {
        return generate(Generation.of(events, keys).seed(seed).gaps(gaps));
    }

    /** @return the event's sekvensnummer */
    public long publish(Hendelse hendelse) {
        return log.publish(hendelse);
    }

    /**
     * @param gjelderPeriode null where the list has none
     * @return the event's sekvensnummer
     */
    public long publish(String identifikator, String gjelderPeriode) {
        return publish(Hendelse.of(identifikator, gjelderPeriode));
    }

    /**
     * @param gjelderPeriode null where the list has none
     * @return the event's sekvensnummer
     */
    public long publish(String identifikator, String gjelderPeriode, Hendelsetype type) {
        return publish(Hendelse.of(identifikator, gjelderPeriode, type));
    }

    /**
     * Publishes for a key that nothing has been published for.
     *
     * @return the event
     */
    public EventView publishNew() {
        long number = publish(new Hendelse(null, null, null, 0, 0, null));
        return log.event(log.from(number));
    }

    /** Lookups of this key answer with skjermet, and little else. */
    public void shield(String identifikator, String gjelderPeriode, boolean on) {
        log.shield(identifikator, gjelderPeriode, on);
    }

    /** Lookups of this key find nothing, whatever has been published. */
    public void hide(String identifikator, String gjelderPeriode, boolean on) {
        log.hide(identifikator, gjelderPeriode, on);
    }

    /** The event at this place, from 0. */
    public EventView event(int ordinal) {
        return log.event(ordinal);
    }

    /** How many events there are. */
    public int size() {
        return log.size();
    }

    /** 0 for an empty list. */
    public long lastSekvensnummer() {
        return log.lastNumber();
    }
}

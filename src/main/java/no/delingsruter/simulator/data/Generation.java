package no.delingsruter.simulator.data;

/**
 * How many events to make, over how many keys. Shares are between 0 and 1.
 *
 * @param events        number of events
 * @param keys          number of different keys (identifikator and gjelderPeriode) they are spread over; every key gets one event at least
 *                      when there are as many events
 * @param seed          the same seed gives the same list
 * @param gaps          share of events with a hole (1 to 9 numbers) before them
 * @param start         number of the first event; 0: follow on, or 1
 * @param periods       periods of each person or organisation, among the keys
 * @param firstPeriod   YYYY-MM or YYYY; null: the simulator's choice
 * @param deleted       share of events that are slettet
 * @param identities    share of events that are identitetsendring
 * @param shielded      share of keys that are skjermet
 * @param unknown       share of keys that nothing is known about (lookups answer 404)
 */
public record Generation(
        int events,
        int keys,
        long seed,
        double gaps,
        long start,
        int periods,
        String firstPeriod,
        double deleted,
        double identities,
        double shielded,
        double unknown) {

    public static Generation of(int events, int keys) {
        return new Generation(events, keys, 1, 0, 0, 1, null, 0, 0, 0, 0);
    }

    public Generation {
        if (events < 0 || keys < 1 || periods < 1) {
            throw new IllegalArgumentException("A list needs 0 or more events, 1 or more keys and 1 or more periods");
        }
    }

    public Generation seed(long v) {
        return new Generation(
                events, keys, v, gaps, start, periods, firstPeriod, deleted, identities, shielded, unknown);
    }

    public Generation gaps(double v) {
        return new Generation(
                events, keys, seed, v, start, periods, firstPeriod, deleted, identities, shielded, unknown);
    }

    public Generation start(long v) {
        return new Generation(
                events, keys, seed, gaps, v, periods, firstPeriod, deleted, identities, shielded, unknown);
    }

    public Generation periods(int v) {
        return new Generation(events, keys, seed, gaps, start, v, firstPeriod, deleted, identities, shielded, unknown);
    }

    public Generation firstPeriod(String v) {
        return new Generation(events, keys, seed, gaps, start, periods, v, deleted, identities, shielded, unknown);
    }

    public Generation deleted(double v) {
        return new Generation(events, keys, seed, gaps, start, periods, firstPeriod, v, identities, shielded, unknown);
    }

    public Generation identities(double v) {
        return new Generation(events, keys, seed, gaps, start, periods, firstPeriod, deleted, v, shielded, unknown);
    }

    public Generation shielded(double v) {
        return new Generation(events, keys, seed, gaps, start, periods, firstPeriod, deleted, identities, v, unknown);
    }

    public Generation unknown(double v) {
        return new Generation(events, keys, seed, gaps, start, periods, firstPeriod, deleted, identities, shielded, v);
    }
}

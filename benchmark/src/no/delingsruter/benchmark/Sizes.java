package no.delingsruter.benchmark;

/**
 * How much of everything.
 *
 * @param runs     of what is compared with the bare client; the median counts
 * @param fewRuns  of the figures that take minutes each
 * @param backlog  of the latency rows
 * @param warmUp   events that do not count, before those that find a warm JVM
 * @param fast     events at 0 ms
 * @param catchUp  events read with lookups standing still
 * @param coalesce keys that come ten times each
 * @param pending  events pending in a small heap
 * @param services backlog of each of ten services
 * @param publish  events published one by one
 * @param lanes    events of all organisations together
 * @param idle     organisations without events
 * @param minutes  of full load beside a reader, and without it
 * @param results  that are there already
 */
record Sizes(
        int runs,
        int fewRuns,
        int backlog,
        int warmUp,
        int fast,
        int catchUp,
        int coalesce,
        int pending,
        int services,
        int publish,
        int lanes,
        int idle,
        double minutes,
        int results) {
    static final Sizes FULL =
            new Sizes(5, 3, 2_000, 60_000, 20_000, 60_000, 1_000, 100_000, 1_000, 20, 5_000, 1_000, 10, 10_000_000);
    static final Sizes QUICK =
            new Sizes(1, 1, 1_000, 5_000, 5_000, 30_000, 500, 50_000, 500, 8, 3_000, 200, 0.25, 100_000);

    Sizes runs(int number) {
        return new Sizes(
                number,
                Math.min(number, fewRuns),
                backlog,
                warmUp,
                fast,
                catchUp,
                coalesce,
                pending,
                services,
                publish,
                lanes,
                idle,
                minutes,
                results);
    }
}

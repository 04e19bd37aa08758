package no.delingsruter.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Lookups a second at a latency that leaves the machine room, from a cold start.
 *
 * @param together who is measured at the same time at the same simulator, the bare client always among them: all of them where the
 *                 machine carries that; where not, Delingsruter last, and the peers once
 */
record LatencyFigure(String latency, String name, double goal, List<List<Contender>> together, boolean picture)
        implements Figure {
    static final List<List<Contender>> ALL =
            List.of(List.of(Contender.BARE, Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL, Contender.OURS_H2));
    static final List<List<Contender>> EACH = List.of(
            List.of(Contender.BARE, Contender.PLAIN_JAVA),
            List.of(Contender.BARE, Contender.NAIVE_CAMEL),
            List.of(Contender.BARE, Contender.OURS_H2));

    /** The peers do not look at the list while they have work. At its default, 60 s, this call hardly counts; every tenth of a second it would hold a slot. */
    private static final String POLL = "-Dinntekt.poll-interval=5s";

    @Override
    public void measure(Lab lab) throws Exception {
        lab.simulator().latency(null, null, latency);
        Map<Contender, List<Double>> ratios = new EnumMap<>(Contender.class);
        List<Double> bare = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            for (List<Contender> contenders :
                    run == 0 ? together : together.subList(together.size() - 1, together.size())) {
                if (picture && run == 0) {
                    lab.simulator().trace();
                }
                Map<Contender, Race.Result> results = new Race(lab.simulator(), Service.INNTEKT, lab.folder())
                        .with(POLL)
                        .run(contenders, List.of(lab.sizes().backlog()))
                        .get(0);
                if (picture && run == 0) {
                    Picture.write(lab, results);
                }
                double yardstick = results.remove(Contender.BARE).lookupRate();
                bare.add(yardstick);
                results.forEach((contender, result) -> {
                    ratios.computeIfAbsent(contender, key -> new ArrayList<>()).add(result.lookupRate() / yardstick);
                    if (contender.isOurs()) {
                        lab.report().inFlight(result.mostInFlight());
                    }
                });
            }
        }
        String what = "lookups/s ÷ bare client, " + name;
        String note = Report.say(
                "bare client %.1f/s; backlog of %,d",
                Report.median(bare), lab.sizes().backlog());
        lab.report().row(what, Report.Goal.AT_LEAST, goal, "%.3f", ratios.get(Contender.OURS_H2), note);
        for (Contender peer : List.of(Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL)) {
            if (ratios.containsKey(peer)) {
                lab.report().row("— " + peer.label(), "%.3f", ratios.get(peer), "");
            }
        }
    }
}

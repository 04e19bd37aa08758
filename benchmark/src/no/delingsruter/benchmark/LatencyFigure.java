package no.delingsruter.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lookups a second at a latency that leaves the machine idle: all contenders at the same time at the same simulator, from a cold start. */
record LatencyFigure(String latency, String name, double goal, boolean picture) implements Figure {
    private static final List<Contender> ALL = List.of(Contender.BARE, Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL, Contender.OURS_H2);

    /** The peers do not look at the list while they have work. At its default, 60 s, this call hardly counts; every tenth of a second it would hold a slot. */
    private static final String POLL = "-Dinntekt.poll-interval=5s";

    @Override
    public void measure(Lab lab) throws Exception {
        lab.simulator().latency(null, null, latency);
        Map<Contender, List<Double>> ratios = new EnumMap<>(Contender.class);
        List<Double> bare = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            if (picture && run == 0) {
                lab.simulator().trace();
            }
            Map<Contender, Race.Result> results = new Race(lab.simulator(), Service.INNTEKT, lab.folder())
                    .with(POLL).run(ALL, 0, lab.sizes().backlog());
            if (picture && run == 0) {
                Picture.write(lab, results);
            }
            double yardstick = results.get(Contender.BARE).lookupRate();
            bare.add(yardstick);
            results.forEach((contender, result) -> {
                ratios.computeIfAbsent(contender, key -> new ArrayList<>()).add(result.lookupRate() / yardstick);
                if (contender.isOurs()) {
                    lab.report().inFlight(result.mostInFlight());
                }
            });
        }
        String what = "lookups/s ÷ bare client, " + name;
        String note = Report.say("bare client %.1f/s", Report.median(bare)) + Report.say("; backlog of %,.0f", lab.sizes().backlog());
        lab.report().row(what, Report.Goal.AT_LEAST, goal, "%.3f", ratios.get(Contender.OURS_H2), note);
        for (Contender peer : List.of(Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL)) {
            lab.report().row("— " + peer.label(), "%.3f", ratios.get(peer), "");
        }
    }
}

package no.delingsruter.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Events a second when answers take no time, so that only the contender's own work counts: one contender after the other. */
record FastFigure(List<Contender> contenders) implements Figure {
    @Override
    public void measure(Lab lab) throws Exception {
        lab.simulator().latency(null, null, "0ms");
        Map<Contender, List<Double>> ratios = new EnumMap<>(Contender.class);
        Map<Contender, List<Double>> rates = new EnumMap<>(Contender.class);
        Map<Contender, List<Double>> cpu = new EnumMap<>(Contender.class);
        for (int run = 0; run < lab.sizes().runs(); run++) {
            double yardstick = 0;
            for (Contender contender : contenders) {
                Race.Result result = new Race(lab.simulator(), Service.INNTEKT, lab.folder())
                        .run(
                                List.of(contender),
                                lab.sizes().warmUp(),
                                lab.sizes().fast())
                        .get(contender);
                if (result == null) {
                    continue;
                }
                double rate = contender == Contender.BARE ? result.lookupRate() : result.eventRate();
                yardstick = contender == Contender.BARE ? rate : yardstick;
                add(ratios, contender, rate / yardstick);
                add(rates, contender, rate);
                add(cpu, contender, result.cpuSeconds());
                if (contender.isOurs()) {
                    lab.report().inFlight(result.mostInFlight());
                }
            }
        }
        String bare = rates.containsKey(Contender.BARE)
                ? Report.say("bare client %,.0f/s", Report.median(rates.get(Contender.BARE)))
                : "";
        row(lab, "events/s ÷ bare client, 0 ms, H2", 0.50, Contender.OURS_H2, ratios, rates, bare + "; ");
        row(lab, "events/s ÷ bare client, 0 ms, PostgreSQL", 0.35, Contender.OURS_POSTGRESQL, ratios, rates, "");
        for (Contender peer : List.of(Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL)) {
            row(lab, "— " + peer.label(), 0, peer, ratios, rates, "");
        }
        for (Contender one : cpu.keySet()) {
            lab.report()
                    .row(
                            "CPU seconds per 10,000 events at 0 ms: "
                                    + one.label().split("[:,]")[0]
                                    + (one.isOurs() ? one.label().substring(12) : ""),
                            "%.2f",
                            cpu.get(one),
                            "");
        }
    }

    private static void row(
            Lab lab,
            String figure,
            double goal,
            Contender contender,
            Map<Contender, List<Double>> ratios,
            Map<Contender, List<Double>> rates,
            String note) {
        if (!rates.containsKey(contender)) {
            return;
        }
        lab.report()
                .row(
                        figure,
                        goal == 0 ? Report.Goal.NONE : Report.Goal.AT_LEAST,
                        goal,
                        "%.2f",
                        ratios.get(contender),
                        note + Report.say("%,.0f events/s", Report.median(rates.get(contender))));
    }

    private static void add(Map<Contender, List<Double>> map, Contender contender, double value) {
        map.computeIfAbsent(contender, key -> new ArrayList<>()).add(value);
    }
}

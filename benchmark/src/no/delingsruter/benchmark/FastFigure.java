package no.delingsruter.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Events a second when answers take no time, so that only the contender's own work counts: one contender after the other. */
record FastFigure(List<Contender> contenders) implements Figure {
    /** The backlog that counts as neither cold nor warm. */
    private static final int WARMING = 1;

    /** Of all runs of all contenders. */
    private static final class Seen {
        final Map<Contender, List<Double>> ratios = new EnumMap<>(Contender.class);
        final Map<Contender, List<Double>> rates = new EnumMap<>(Contender.class);
        final Map<Contender, List<Double>> cpu = new EnumMap<>(Contender.class);
        final Map<Contender, List<Double>> cpuRatios = new EnumMap<>(Contender.class);

        void add(Contender contender, Race.Result result, Race.Result bare) {
            double rate = rate(contender, result);
            add(rates, contender, rate);
            add(ratios, contender, rate / rate(Contender.BARE, bare));
            add(cpu, contender, result.cpuSeconds());
            add(cpuRatios, contender, result.cpuSeconds() / bare.cpuSeconds());
        }

        private static double rate(Contender contender, Race.Result result) {
            return contender == Contender.BARE ? result.lookupRate() : result.eventRate();
        }

        private static void add(Map<Contender, List<Double>> map, Contender contender, double value) {
            map.computeIfAbsent(contender, key -> new ArrayList<>()).add(value);
        }
    }

    @Override
    public void measure(Lab lab) throws Exception {
        if (!contenders.contains(Contender.BARE)) {
            throw new IllegalArgumentException("--of needs BARE, too: it is what the others are measured by");
        }
        lab.simulator().latency(null, null, "0ms");
        Seen warm = new Seen();
        Seen cold = new Seen();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            List<Race.Result> bare = List.of();
            for (Contender contender : contenders) {
                boolean peer = contender != Contender.BARE && !contender.isOurs();
                if (peer && run > 0) {
                    continue;
                }
                List<Race.Result> results = new ArrayList<>();
                for (Map<Contender, Race.Result> backlog : new Race(lab.simulator(), Service.INNTEKT, lab.folder())
                        .run(
                                List.of(contender),
                                run == 0
                                        ? goingOn(lab.sizes(), peer)
                                        : List.of(lab.sizes().fast()))) {
                    if (backlog.containsKey(contender)) {
                        results.add(backlog.get(contender));
                    }
                }
                if (contender == Contender.BARE) {
                    bare = results;
                }
                for (int i = 0; i < Math.min(results.size(), bare.size()); i++) {
                    if (i != WARMING) {
                        (i == 0 ? cold : warm).add(contender, results.get(i), bare.get(i));
                    }
                }
                if (contender.isOurs()) {
                    results.forEach(result -> lab.report().inFlight(result.mostInFlight()));
                }
            }
        }
        rows(lab, "events/s ÷ bare client, 0 ms, ", warm, true);
        rows(
                lab,
                Report.say(
                        "the first %,d from a cold start ÷ bare client's, ",
                        lab.sizes().fast()),
                cold,
                false);
    }

    /** After the cold one those that warm it up, and as many warm ones as there are runs; of a peer one. */
    private static List<Integer> goingOn(Sizes sizes, boolean peer) {
        List<Integer> backlogs = new ArrayList<>(List.of(sizes.fast(), sizes.warmUp()));
        backlogs.addAll(Collections.nCopies(peer ? 1 : sizes.runs(), sizes.fast()));
        return backlogs;
    }

    private static void rows(Lab lab, String what, Seen seen, boolean goals) {
        if (!seen.rates.containsKey(Contender.BARE)) {
            return;
        }
        String bare = Report.say("bare client %,.0f/s; ", Report.median(seen.rates.get(Contender.BARE)));
        row(lab, what + "H2", goals, 0.50, seen.ratios, Contender.OURS_H2, bare + rate(seen, Contender.OURS_H2));
        row(
                lab,
                what + "PostgreSQL",
                goals,
                0.40,
                seen.ratios,
                Contender.OURS_POSTGRESQL,
                rate(seen, Contender.OURS_POSTGRESQL));
        for (Contender peer : List.of(Contender.PLAIN_JAVA, Contender.NAIVE_CAMEL)) {
            row(lab, "— " + peer.label(), false, 0, seen.ratios, peer, rate(seen, peer) + "; one run");
        }
        if (goals) {
            cpu(lab, seen, "CPU seconds per 10,000 events ÷ bare client's, H2", 2.0, Contender.OURS_H2);
            cpu(lab, seen, "the same, PostgreSQL", 1.5, Contender.OURS_POSTGRESQL);
        }
    }

    private static void cpu(Lab lab, Seen seen, String what, double goal, Contender contender) {
        if (seen.cpuRatios.containsKey(contender)) {
            lab.report()
                    .row(
                            what,
                            Report.Goal.AT_MOST,
                            goal,
                            "%.2f",
                            seen.cpuRatios.get(contender),
                            Report.say(
                                    "%.2f s; bare client %.2f s",
                                    Report.median(seen.cpu.get(contender)),
                                    Report.median(seen.cpu.get(Contender.BARE))));
        }
    }

    private static String rate(Seen seen, Contender contender) {
        return seen.rates.containsKey(contender)
                ? Report.say("%,.0f events/s", Report.median(seen.rates.get(contender)))
                : "";
    }

    private static void row(
            Lab lab,
            String figure,
            boolean hasGoal,
            double goal,
            Map<Contender, List<Double>> ratios,
            Contender contender,
            String note) {
        if (ratios.containsKey(contender)) {
            lab.report()
                    .row(
                            figure,
                            hasGoal ? Report.Goal.AT_LEAST : Report.Goal.NONE,
                            goal,
                            "%.2f",
                            ratios.get(contender),
                            note);
        }
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lookups that succeed in a second while a share of all is answered with 503 once, 20 ms; and the picture of it. */
record SharesFigure() implements Figure {
    private static final Contender OURS = Contender.OURS_H2;
    private static final List<Double> SHARES = List.of(0.0, 0.01, 0.02, 0.05, 0.10, 0.30);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Override
    public void measure(Lab lab) throws Exception {
        Map<Double, List<Double>> rates = new LinkedHashMap<>();
        for (int run = 0; run < lab.sizes().fewRuns(); run++) {
            try {
                run(lab, rates);
            } finally {
                lab.simulator().faults("");
            }
        }
        Map<Double, Double> used = new LinkedHashMap<>();
        double undisturbed = Report.median(rates.get(0.0));
        rates.forEach((share, rate) -> {
            used.put(share, Report.median(rate) / undisturbed);
            lab.report()
                    .row(
                            Report.say("lookups/s with %.0f %% single 503s ÷ without, 20 ms", share * 100),
                            share > 0.1 ? Report.Goal.NONE : Report.Goal.AT_LEAST,
                            0.9 * (1 - share),
                            "%.2f",
                            rate.stream().map(one -> one / undisturbed).toList(),
                            Report.say("%.0f/s", Report.median(rate)));
        });
        SharesPicture.write(lab, used);
    }

    private static void run(Lab lab, Map<Double, List<Double>> rates) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        simulator.latency(null, null, "20ms");
        long next = simulator.last("inntekt") + 1;
        Path folder = lab.folder();
        try (Program program = OURS.start(
                simulator,
                Service.INNTEKT,
                folder,
                Store.h2(folder),
                List.of("-Dinntekt.start=" + next, "-Dinntekt.poll-interval=1s"))) {
            // The JVM's start is not what is measured
            rate(lab, program);
            for (double share : SHARES) {
                simulator.faults("{match: {call: lookup, firstPerKey: 1, probability: " + share
                        + "}, action: {type: status, status: 503}}");
                rates.computeIfAbsent(share, key -> new ArrayList<>()).add(rate(lab, program));
            }
        }
    }

    /** Between a tenth and nine tenths of a backlog, or for as long as there is patience. */
    private static double rate(Lab lab, Program program) throws IOException, InterruptedException {
        int backlog = lab.sizes().backlog();
        lab.simulator().reset();
        lab.simulator().publishNew("inntekt", backlog);
        long[] from = until(lab, program, backlog / 10);
        long[] to = until(lab, program, backlog * 9 / 10);
        return (to[0] - from[0]) * 1e6 / (to[1] - from[1]);
    }

    private static long[] until(Lab lab, Program program, int served) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        long[] seen = lab.simulator().served();
        while (seen[0] < served && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
            program.checkAlive();
            seen = lab.simulator().served();
        }
        return seen;
    }
}

package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many organisations against ten with as many events in all, 50 ms: a cold backlog, then another one. */
record LanesFigure() implements Figure {
    private static final List<Integer> LANES = List.of(10, 50, 300);

    /** Lookups a second of each backlog, and CPU seconds for 10,000 of the second. */
    private record Rates(double cold, double next, double cpu) {}

    @Override
    public void measure(Lab lab) throws Exception {
        Map<Integer, List<Rates>> rates = new LinkedHashMap<>();
        for (int run = 0; run < lab.sizes().fewRuns(); run++) {
            for (int lanes : LANES) {
                rates.computeIfAbsent(lanes, key -> new ArrayList<>()).add(rates(lab, lanes));
            }
        }
        List<Rates> ten = rates.remove(LANES.get(0));
        rates.forEach((lanes, own) -> {
            row(lab, lanes, "from a cold start", ratios(own, ten, true), own);
            row(lab, lanes, "the next backlog", ratios(own, ten, false), own);
        });
    }

    private static List<Double> ratios(List<Rates> own, List<Rates> ten, boolean cold) {
        return IntStream.range(0, own.size())
                .mapToObj(run -> cold ? own.get(run).cold / ten.get(run).cold : own.get(run).next / ten.get(run).next)
                .toList();
    }

    private static void row(Lab lab, int lanes, String which, List<Double> ratios, List<Rates> own) {
        lab.report()
                .row(
                        lanes + " organisations ÷ ten with as many events, lookups/s, 50 ms, " + which,
                        Report.Goal.AT_LEAST,
                        0.9,
                        "%.2f",
                        ratios,
                        Report.say(
                                "%.0f/s, then %.0f/s; CPU seconds per 10,000: %.1f",
                                Report.median(own.stream().map(Rates::cold).toList()),
                                Report.median(own.stream().map(Rates::next).toList()),
                                Report.median(own.stream().map(Rates::cpu).toList())));
    }

    private static Rates rates(Lab lab, int lanes) throws IOException, InterruptedException {
        int events = lab.sizes().lanes() / lanes;
        try (SimulatorProcess simulator = SimulatorProcess.start(lab.folder())) {
            simulator.latency(null, null, "50ms");
            simulator.publishNew("inntekt", events);
            Path folder = lab.folder();
            try (Program program = start(simulator, folder, lanes, "5s")) {
                double cold = rate(lab, simulator, program, (long) events * lanes);
                simulator.reset();
                Duration before = program.cpu();
                simulator.publishNew("inntekt", events);
                double next = rate(lab, simulator, program, (long) events * lanes);
                double cpu = program.cpu().minus(before).toMillis() / 1e3;
                return new Rates(cold, next, cpu * 10_000 / ((long) events * lanes));
            }
        }
    }

    /** For so many organisations. */
    static Program start(SimulatorProcess simulator, Path folder, int lanes, String poll) throws IOException {
        return Contender.OURS_H2.start(
                simulator,
                Service.INNTEKT,
                folder,
                Store.h2(folder),
                List.of(
                        "-Dorganisations="
                                + IntStream.range(0, lanes)
                                        .mapToObj(lane -> Integer.toString(311_000_000 + lane))
                                        .collect(Collectors.joining(",")),
                        "-Dmaskinporten.consumer-org=",
                        "-Dinntekt.poll-interval=" + poll,
                        "-Dinntekt.start=1"));
    }

    private static double rate(Lab lab, SimulatorProcess simulator, Program program, long lookups)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (true) {
            long seen = 0;
            long first = Long.MAX_VALUE;
            long last = 0;
            int most = 0;
            for (JsonNode group : simulator.stats().path("groups")) {
                if (group.path("lookups").asLong() > 0) {
                    seen += group.path("lookups").asLong();
                    first = Math.min(
                            first, group.path("times").path("firstLookup").asLong());
                    last = Math.max(last, group.path("times").path("lastLookup").asLong());
                    most = Math.max(most, group.path("maxInFlight").asInt());
                }
            }
            if (seen >= lookups) {
                lab.report().inFlight(most);
                return seen * 1e6 / (last - first);
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not done: " + seen + " of " + lookups);
            }
            program.checkAlive();
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}

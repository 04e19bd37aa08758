package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ten services in one process against one of them alone. */
record ServicesFigure() implements Figure {
    private static final Contender OURS = Contender.OURS_H2;
    /** Each counts apart from the others, and makes one lookup of each event. */
    private static final List<String> TEN = List.of(
            "inntekt",
            "skatteoppgjoer",
            "formuesobjektfasteiendom",
            "naeringsspesifikasjon",
            "pgiforfolketrygden",
            "selskapsmelding",
            "skattemeldingfastsatt",
            "skattemeldingupersonlig",
            "skatteoppgjoerupersonlig",
            "tilleggsskatt");

    @Override
    public void measure(Lab lab) throws Exception {
        List<Rates> alone = new ArrayList<>();
        List<Rates> together = new ArrayList<>();
        for (int run = 0; run < lab.sizes().fewRuns(); run++) {
            alone.add(rates(lab, List.of("inntekt")));
            together.add(rates(lab, TEN));
        }
        String figure = TEN.size() + " services at once ÷ " + TEN.size() + " × one alone, lookups/s, 50 ms";
        row(lab, figure + ", from a cold start", alone, together, Rates::cold, String.join(", ", TEN));
        row(lab, figure + ", the next backlog", alone, together, Rates::next, "the same processes go on");
    }

    private static void row(
            Lab lab,
            String figure,
            List<Rates> alone,
            List<Rates> together,
            ToDoubleFunction<Rates> which,
            String note) {
        List<Double> ratios = IntStream.range(0, alone.size())
                .mapToObj(run ->
                        which.applyAsDouble(together.get(run)) / (TEN.size() * which.applyAsDouble(alone.get(run))))
                .toList();
        double rate = Report.median(together.stream().map(which::applyAsDouble).toList());
        lab.report()
                .row(figure, Report.Goal.AT_LEAST, 0.95, "%.2f", ratios, Report.say("%.0f lookups/s; ", rate) + note);
    }

    /** Lookups a second of one process: of its first backlog and of the next one. */
    private record Rates(double cold, double next) {}

    private static Rates rates(Lab lab, List<String> services) throws IOException, InterruptedException {
        // A simulator of its own: the lists must be new
        try (SimulatorProcess simulator = SimulatorProcess.start(lab.folder())) {
            simulator.latency(null, null, "50ms");
            List<String> options = new ArrayList<>(List.of("-Dservices=" + String.join(",", services)));
            for (String service : services) {
                options.addAll(
                        List.of("-D" + service + ".rettighetspakke=benchmark", "-D" + service + ".poll-interval=1s"));
            }
            publish(lab, simulator, services);
            Path folder = lab.folder();
            try (Program program = OURS.start(simulator, Service.INNTEKT, folder, Store.h2(folder), options)) {
                double cold = rate(lab, simulator, program, services);
                simulator.reset();
                publish(lab, simulator, services);
                return new Rates(cold, rate(lab, simulator, program, services));
            }
        }
    }

    private static void publish(Lab lab, SimulatorProcess simulator, List<String> services)
            throws IOException, InterruptedException {
        for (String service : services) {
            simulator.publishNew(service, lab.sizes().services());
        }
    }

    /** Returns when all that was published has been looked up. */
    private static double rate(Lab lab, SimulatorProcess simulator, Program program, List<String> services)
            throws IOException, InterruptedException {
        long lookups = (long) lab.sizes().services() * services.size();
        List<JsonNode> groups = List.of();
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (groups.stream()
                                .mapToLong(group -> group.path("lookups").asLong())
                                .sum()
                        < lookups
                || groups.stream().anyMatch(group -> group.path("inFlight").asInt() > 0)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not done: "
                        + groups.stream()
                                .map(group -> group.path("group").asText() + " " + group.path("lookups"))
                                .collect(Collectors.joining(", ")));
            }
            program.checkAlive();
            TimeUnit.MILLISECONDS.sleep(100);
            groups = new ArrayList<>();
            for (JsonNode group : simulator.stats().path("groups")) {
                if (group.path("lookups").asLong() > 0) {
                    groups.add(group);
                }
            }
        }
        groups.forEach(group -> lab.report().inFlight(group.path("maxInFlight").asInt()));
        long first = groups.stream()
                .mapToLong(group -> group.path("times").path("firstLookup").asLong())
                .min()
                .orElseThrow();
        long last = groups.stream()
                .mapToLong(group -> group.path("times").path("lastLookup").asLong())
                .max()
                .orElseThrow();
        return lookups * 1e6 / (last - first);
    }
}

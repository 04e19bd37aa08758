package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ten services in one process against one of them alone. */
record ServicesFigure() implements Figure {
    private static final Contender OURS = Contender.OURS_H2;
    /** Each counts apart from the others, and makes one lookup of each event. */
    private static final List<String> TEN = List.of("inntekt", "skatteoppgjoer", "formuesobjektfasteiendom", "naeringsspesifikasjon", "pgiforfolketrygden",
            "selskapsmelding", "skattemeldingfastsatt", "skattemeldingupersonlig", "skatteoppgjoerupersonlig", "tilleggsskatt");

    @Override
    public void measure(Lab lab) throws Exception {
        List<Double> ratios = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            double alone = rate(lab, List.of("inntekt"));
            double together = rate(lab, TEN);
            rates.add(together);
            ratios.add(together / (TEN.size() * alone));
        }
        lab.report().row(TEN.size() + " services at once ÷ " + TEN.size() + " × one alone, lookups/s, 50 ms", Report.Goal.AT_LEAST, 0.95, "%.2f", ratios,
                Report.say("%.0f lookups/s; ", Report.median(rates)) + String.join(", ", TEN));
    }

    private static double rate(Lab lab, List<String> services) throws IOException, InterruptedException {
        // A simulator of its own: the lists must be new
        try (SimulatorProcess simulator = SimulatorProcess.start(lab.folder())) {
            simulator.latency(null, null, "50ms");
            int each = lab.sizes().services();
            List<String> options = new ArrayList<>(List.of("-Dservices=" + String.join(",", services)));
            for (String service : services) {
                options.addAll(List.of("-D" + service + ".rettighetspakke=benchmark", "-D" + service + ".poll-interval=1s"));
                simulator.publishNew(service, each);
            }
            Path folder = lab.folder();
            try (Program program = OURS.start(simulator, Service.INNTEKT, folder, Store.h2(folder), options)) {
                List<JsonNode> groups = List.of();
                long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
                while (groups.stream().mapToLong(group -> group.path("lookups").asLong()).sum() < (long) each * services.size()
                        || groups.stream().anyMatch(group -> group.path("inFlight").asInt() > 0)) {
                    if (System.nanoTime() > end) {
                        throw new IllegalStateException("not done: " + groups.stream().map(group -> group.path("group").asText() + " " + group.path("lookups"))
                                .collect(Collectors.joining(", ")));
                    }
                    program.checkAlive();
                    java.util.concurrent.TimeUnit.MILLISECONDS.sleep(100);
                    groups = new ArrayList<>();
                    for (JsonNode group : simulator.stats().path("groups")) {
                        if (group.path("lookups").asLong() > 0) {
                            groups.add(group);
                        }
                    }
                }
                groups.forEach(group -> lab.report().inFlight(group.path("maxInFlight").asInt()));
                long first = groups.stream().mapToLong(group -> group.path("times").path("firstLookup").asLong()).min().orElseThrow();
                long last = groups.stream().mapToLong(group -> group.path("times").path("lastLookup").asLong()).max().orElseThrow();
                return (double) each * services.size() * 1e6 / (last - first);
            }
        }
    }
}

package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Ten events for each key in the backlog: how many lookups are made of each. */
record CoalesceFigure() implements Figure {
    @Override
    public void measure(Lab lab) throws Exception {
        Service service = Service.SKATTEOPPGJOER;
        int keys = lab.sizes().coalesce();
        List<Double> ratios = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            // A simulator of its own: the keys must be new
            try (SimulatorProcess simulator = SimulatorProcess.start(lab.folder())) {
                simulator.latency(null, "LOOKUP", "20ms");
                simulator.generate(service.name(), 10 * keys, keys);
                java.nio.file.Path folder = lab.folder();
                try (Program program =
                        Contender.OURS_H2.start(simulator, service, folder, Store.h2(folder), List.of())) {
                    simulator.until(
                            program,
                            service.group(),
                            Contender.OURS_H2.organisation(),
                            Duration.ofMinutes(5),
                            seen -> seen.lookups() >= keys && seen.inFlight() == 0);
                }
                JsonNode lookups = simulator.stats().path("lookups");
                ratios.add(
                        lookups.path("calls").asDouble() / lookups.path("keys").asDouble());
            }
        }
        lab.report()
                .row(
                        "lookups ÷ distinct keys, each key 10 times in the backlog",
                        Report.Goal.EXACTLY,
                        1,
                        "%.2f",
                        ratios,
                        Report.say("%,d keys, lookups of 20 ms", keys));
    }
}

package no.delingsruter.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How quickly a list is read and stored while lookups stand still: each of the five that may be open takes ten minutes. */
record CatchUpFigure() implements Figure {
    private static final int PAGE = 1_000;

    @Override
    public void measure(Lab lab) throws Exception {
        List<Double> h2 = new ArrayList<>();
        List<Double> postgresql = new ArrayList<>();
        for (int run = 0; run < lab.sizes().fewRuns(); run++) {
            h2.add(one(lab, Contender.OURS_H2));
            postgresql.add(one(lab, Contender.OURS_POSTGRESQL));
        }
        String note = Report.say(
                "%,d events after %,d for warm-up, pages of 1,000, 0 ms",
                lab.sizes().catchUp(), lab.sizes().warmUp());
        lab.report().row("event-list catch-up alone, events/s, H2", Report.Goal.AT_LEAST, 15_000, "%,.0f", h2, note);
        lab.report().row("the same, PostgreSQL", "%,.0f", postgresql, "");
    }

    private static double one(Lab lab, Contender contender) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        Service service = Service.SKATTEOPPGJOER;
        simulator.latency(null, null, "0ms");
        simulator.latency(service.group(), "LOOKUP", "600s");
        Path folder = lab.folder();
        Store store = contender == Contender.OURS_H2 ? Store.h2(folder) : Store.postgresql();
        simulator.reset();
        long next = simulator.last(service.name()) + 1;
        try (Program program = contender.start(
                simulator,
                service,
                folder,
                store,
                List.of("-Dskatteoppgjoer.start=" + next, "-Dskatteetaten.request-timeout=20m"))) {
            read(lab, program, contender, lab.sizes().warmUp());
            SimulatorProcess.Seen seen =
                    read(lab, program, contender, lab.sizes().catchUp());
            program.kill();
            // From the arrival of the first page's call to the arrival of the last one's: all pages but one have then
            // been stored
            return (lab.sizes().catchUp() - PAGE) * 1e6 / (seen.lastPage() - seen.firstPage());
        } finally {
            simulator.latency(service.group(), "LOOKUP", "0ms");
        }
    }

    private static SimulatorProcess.Seen read(Lab lab, Program program, Contender contender, int events)
            throws Exception {
        lab.simulator().reset();
        lab.simulator().publishNew("skatteoppgjoer", events);
        // The call after the last page tells that the page has been stored
        return lab.simulator()
                .until(
                        program,
                        "skatteoppgjoer",
                        contender.organisation(),
                        Duration.ofMinutes(5),
                        seen -> seen.pages() >= events / PAGE && seen.listCalls() > seen.pages());
    }
}

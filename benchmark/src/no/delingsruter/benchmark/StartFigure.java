package no.delingsruter.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From the start of the process to the arrival of its first lookup. */
record StartFigure() implements Figure {
    @Override
    public void measure(Lab lab) throws Exception {
        List<Double> empty = new ArrayList<>();
        List<Double> existing = new ArrayList<>();
        List<Double> archived = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            Path folder = lab.folder();
            long next = lab.simulator().last("inntekt") + 1;
            empty.add(one(lab, folder, next));
            existing.add(one(lab, folder, next));
            String archive = folder.resolve("delingsruter.jsa").toString();
            one(lab, folder, next, "-XX:ArchiveClassesAtExit=" + archive);
            archived.add(one(lab, folder, next, "-XX:SharedArchiveFile=" + archive));
        }
        lab.report()
                .row(
                        "start to first lookup, seconds",
                        Report.Goal.AT_MOST,
                        2.0,
                        "%.2f",
                        existing,
                        "100 events wait; store of an earlier run; JVM as it comes");
        lab.report()
                .row(
                        "the same, JVM with an archive of the program's classes",
                        "%.2f",
                        archived,
                        "-XX:SharedArchiveFile, see README");
        lab.report().row("start to first lookup with a new store, seconds", "%.2f", empty, "tables are made");
    }

    private static double one(Lab lab, Path folder, long next, String... jvm) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        simulator.latency(null, null, "0ms");
        simulator.publishNew("inntekt", 100);
        simulator.reset();
        List<String> options = new ArrayList<>(List.of(jvm));
        options.add("-Dinntekt.start=" + next);
        try (Program program = Contender.OURS_H2.start(simulator, Service.INNTEKT, folder, Store.h2(folder), options)) {
            SimulatorProcess.Seen seen = simulator.until(
                    program,
                    "inntekt",
                    Contender.OURS_H2.organisation(),
                    Duration.ofMinutes(1),
                    now -> now.lookups() >= 100 && now.inFlight() == 0);
            return (simulator.nanoTime(seen.firstLookup()) - program.began()) / 1e9;
        }
    }
}

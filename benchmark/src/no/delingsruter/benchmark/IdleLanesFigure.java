package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** What many organisations cost that have nothing new. Linux alone tells threads and memory of a process this way. */
record IdleLanesFigure() implements Figure {
    private static final Duration WATCHED = Duration.ofSeconds(30);

    @Override
    public void measure(Lab lab) throws Exception {
        int lanes = lab.sizes().idle();
        try (SimulatorProcess simulator = SimulatorProcess.start(lab.folder())) {
            try (Program program = LanesFigure.start(simulator, lab.folder(), lanes, "60s")) {
                untilAllHavePolled(simulator, program, lanes);
                // What comes with the start is over then
                TimeUnit.SECONDS.sleep(10);
                Duration before = program.cpu();
                TimeUnit.SECONDS.sleep(WATCHED.toSeconds());
                double used = program.cpu().minus(before).toMillis() / (double) WATCHED.toMillis();
                String what = Report.say("%,d idle organisations: ", lanes);
                lab.report()
                        .row(
                                what + "share of a core",
                                Report.Goal.AT_MOST,
                                0.05,
                                "%.3f",
                                List.of(used),
                                "each asks its list every 60 s");
                lab.report()
                        .row(
                                what + "threads",
                                Report.Goal.AT_MOST,
                                200,
                                "%.0f",
                                List.of(status(program, "Threads")),
                                "");
                lab.report()
                        .row(
                                what + "memory, MB",
                                Report.Goal.AT_MOST,
                                300,
                                "%.0f",
                                List.of(status(program, "VmRSS") / 1_000),
                                "resident, with the JVM as it comes");
            }
        }
    }

    private static void untilAllHavePolled(SimulatorProcess simulator, Program program, int lanes)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (StreamSupport.stream(simulator.stats().path("groups").spliterator(), false)
                        .filter(group -> group.path("listCalls").asLong() > 0)
                        .count()
                < lanes) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not all have asked their list");
            }
            program.checkAlive();
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static double status(Program program, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(program.pid()), "status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}

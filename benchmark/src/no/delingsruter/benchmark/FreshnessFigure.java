package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** From publishing an event to its result in a file of direct:file, on a list where nothing else happens. */
record FreshnessFigure() implements Figure {
    @Override
    public void measure(Lab lab) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        simulator.latency(null, null, "0ms");
        simulator.reset();
        Path folder = lab.folder();
        Random random = new Random(1);
        List<Double> seconds = new ArrayList<>();
        try (Program program = Contender.OURS_H2.start(
                simulator,
                Service.INNTEKT,
                folder,
                Store.h2(folder),
                List.of(
                        "-Dinntekt.start=" + (simulator.last("inntekt") + 1),
                        "-Dinntekt.poll-interval=1s",
                        "-Ddelivery.endpoints=direct:file"))) {
            simulator.until(
                    program,
                    "inntekt",
                    Contender.OURS_H2.organisation(),
                    Duration.ofMinutes(1),
                    seen -> seen.listCalls() > 1);
            // The first one pays for class loading
            for (int i = -1; i < lab.sizes().publish(); i++) {
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1000));
                long before = size(folder.resolve("out"));
                long at = System.nanoTime();
                simulator.publishNew("inntekt", 1);
                while (size(folder.resolve("out")) == before) {
                    program.checkAlive();
                    if (System.nanoTime() - at > 30_000_000_000L) {
                        throw new IllegalStateException("an event was not delivered within 30 s");
                    }
                    TimeUnit.MILLISECONDS.sleep(2);
                }
                if (i >= 0) {
                    seconds.add((System.nanoTime() - at) / 1e9);
                }
            }
        }
        lab.report()
                .row(
                        "published to delivered, idle list, poll interval 1 s, seconds",
                        Report.Goal.AT_MOST,
                        0.6,
                        "%.2f",
                        seconds,
                        "each run is one event, published at a random moment; direct:file, 0 ms");
    }

    private static long size(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            long size = 0;
            for (Path file : files.toList()) {
                size += Files.size(file);
            }
            return size;
        }
    }
}

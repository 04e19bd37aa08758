package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A backlog that is far larger than the heap: all of it pending, then worked off; what is alive after a collection early and late. Once. */
record MemoryFigure() implements Figure {
    @Override
    public void measure(Lab lab) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        Service service = Service.SKATTEOPPGJOER;
        Contender ours = Contender.OURS_H2;
        int events = lab.sizes().pending();
        simulator.latency(null, null, "0ms");
        simulator.latency(service.group(), "LOOKUP", "20s");
        simulator.reset();
        long next = simulator.last(service.name()) + 1;
        Path folder = lab.folder();
        Store store = Store.h2(folder);
        double early;
        double late;
        try (Program program =
                ours.start(simulator, service, folder, store, List.of("-Xmx128m", "-Dskatteoppgjoer.start=" + next))) {
            simulator.publishNew(service.name(), events);
            simulator.until(
                    program,
                    "skatteoppgjoer",
                    ours.organisation(),
                    Duration.ofMinutes(10),
                    seen -> seen.pages() >= events / 1_000 && seen.listCalls() > seen.pages());
            simulator.latency(service.group(), "LOOKUP", "0ms");
            early = alive(lab, program, events / 10);
            late = alive(lab, program, events * 9L / 10);
            simulator.until(
                    program,
                    service.group(),
                    ours.organisation(),
                    Duration.ofMinutes(20),
                    seen -> seen.lookups() >= events && seen.inFlight() == 0);
        } finally {
            simulator.latency(service.group(), "LOOKUP", "0ms");
        }
        if (store.count("result") != events) {
            throw new IllegalStateException(store.count("result") + " results of " + events);
        }
        String note = Report.say(
                "%,d events pending, -Xmx128m: all delivered; alive after a collection at 10 %%: %.1f MB, at 90 %%: %.1f MB",
                events, early / 1e6, late / 1e6);
        lab.report()
                .row(
                        "heap after collection at 90 % of the way ÷ at 10 %",
                        Report.Goal.AT_MOST, 1.10, "%.2f", List.of(late / early), note);
    }

    private static double alive(Lab lab, Program program, long lookups) throws IOException, InterruptedException {
        lab.simulator()
                .until(
                        program,
                        Service.SKATTEOPPGJOER.group(),
                        Contender.OURS_H2.organisation(),
                        Duration.ofMinutes(20),
                        seen -> seen.lookups() >= lookups);
        return alive(program);
    }

    /** Bytes that are alive after a full collection. */
    static double alive(Program program) throws IOException {
        Process jcmd = new ProcessBuilder(Program.java("jcmd"), Long.toString(program.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("jcmd: " + histogram));
        return Double.parseDouble(total.strip().split("\\s+")[2]);
    }
}

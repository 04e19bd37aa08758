package no.delingsruter.benchmark;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import no.delingsruter.benchmark.peer.BareCamel;

/** From the start of the process to the arrival of its first lookup; of the yardstick, of its one call. */
record StartFigure() implements Figure {
    /** How long it took, and the CPU time that the process had used soon after. */
    private record Start(double seconds, double cpu) {}

    @Override
    public void measure(Lab lab) throws Exception {
        if (new ProcessBuilder("bin/delingsruter", "archive")
                        .inheritIO()
                        .start()
                        .waitFor()
                != 0) {
            throw new IOException("bin/delingsruter archive has failed");
        }
        List<Start> bare = new ArrayList<>();
        List<Start> jar = new ArrayList<>();
        List<Start> script = new ArrayList<>();
        List<Double> empty = new ArrayList<>();
        List<Double> ratio = new ArrayList<>();
        List<Double> jarRatio = new ArrayList<>();
        for (int run = 0; run < lab.sizes().runs(); run++) {
            Path folder = lab.folder();
            long next = lab.simulator().last("inntekt") + 1;
            empty.add(one(lab, folder, next, Program::packaged).seconds());
            bare.add(bare(folder));
            script.add(one(lab, folder, next, Program::script));
            jar.add(one(lab, folder, next, Program::packaged));
            ratio.add(script.get(run).seconds() / bare.get(run).seconds());
            jarRatio.add(jar.get(run).seconds() / bare.get(run).seconds());
        }
        Report report = lab.report();
        report.row(
                "start to first lookup by bin/delingsruter, seconds",
                Report.Goal.AT_MOST,
                2.0,
                "%.2f",
                seconds(script),
                "100 events wait; store of an earlier run; archive of classes; CPU seconds until a little later "
                        + cpu(script));
        report.row(
                "the same against camel-main with one YAML route and one HTTP call",
                Report.Goal.AT_MOST,
                2.0,
                "%.2f",
                ratio,
                "that one: " + Report.say("%.2f s", Report.median(seconds(bare))) + ", CPU seconds " + cpu(bare));
        report.row("the same by java -jar, seconds", "%.2f", seconds(jar), "JVM as it comes; CPU seconds " + cpu(jar));
        report.row("the same by java -jar against camel-main", "%.2f", jarRatio, "");
        report.row("start to first lookup by java -jar with a new store, seconds", "%.2f", empty, "tables are made");
    }

    private static List<Double> seconds(List<Start> starts) {
        return starts.stream().map(Start::seconds).toList();
    }

    private static String cpu(List<Start> starts) {
        return Report.say("%.1f", Report.median(starts.stream().map(Start::cpu).toList()));
    }

    private static double cpu(Program program) {
        return program.cpu().toMillis() / 1e3;
    }

    private static Start bare(Path folder) throws Exception {
        CompletableFuture<Long> arrived = new CompletableFuture<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        server.createContext("/", call -> {
            arrived.complete(System.nanoTime());
            call.sendResponseHeaders(204, -1);
            call.close();
        });
        server.start();
        try (Program program = Program.peer(
                folder.resolve("bare.log"),
                BareCamel.class,
                List.of("-Durl=http://localhost:" + server.getAddress().getPort() + "/"))) {
            long when = arrived.get(5, TimeUnit.MINUTES);
            return new Start((when - program.began()) / 1e9, cpu(program));
        } finally {
            server.stop(0);
        }
    }

    private static Start one(Lab lab, Path folder, long next, Program.Way way) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        simulator.latency(null, null, "0ms");
        simulator.publishNew("inntekt", 100);
        simulator.reset();
        List<String> options = List.of("-Dinntekt.start=" + next);
        try (Program program =
                Contender.OURS_H2.start(simulator, Service.INNTEKT, folder, Store.h2(folder), options, way)) {
            SimulatorProcess.Seen seen = simulator.until(
                    program,
                    "inntekt",
                    Contender.OURS_H2.organisation(),
                    Duration.ofMinutes(5),
                    now -> now.lookups() >= 100 && now.inFlight() == 0);
            return new Start((simulator.nanoTime(seen.firstLookup()) - program.began()) / 1e9, cpu(program));
        }
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Runs every figure against the packaged program and prints one table; see benchmark/README.md. */
public final class Benchmark {
    private static final Set<String> BY_NAME_ALONE = Set.of("reader", "million");
    private static final Set<String> QUICK = Set.of("50", "0", "catch-up", "start", "freshness");

    private static final long MINUTE = 60_000_000_000L;

    private Benchmark() {}

    public static void main(String... args) throws Exception {
        List<String> arguments = List.of(args);
        boolean quick = arguments.contains("--quick");
        List<String> only = arguments.stream()
                .filter(argument -> argument.startsWith("--only="))
                .flatMap(argument ->
                        Stream.of(argument.substring("--only=".length()).split(",")))
                .toList();
        List<Contender> of = arguments.stream()
                .filter(argument -> argument.startsWith("--of="))
                .findFirst()
                .map(argument -> Stream.of(argument.substring("--of=".length()).split(","))
                        .map(Contender::valueOf)
                        .toList())
                .orElse(
                        quick
                                ? List.of(Contender.BARE, Contender.OURS_H2, Contender.OURS_POSTGRESQL)
                                : List.of(Contender.values()));
        Optional<String> runs = arguments.stream()
                .filter(argument -> argument.startsWith("--runs="))
                .findFirst()
                .map(argument -> argument.substring("--runs=".length()));
        System.setProperty("profile", Boolean.toString(arguments.contains("--profile")));
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("50", new LatencyFigure("50ms", "50 ms", 0.99, LatencyFigure.ALL, false));
        figures.put("20", new LatencyFigure("20ms", "20 ms", 0.99, LatencyFigure.EACH, false));
        figures.put("exp", new LatencyFigure("exp:50ms", "exponential, mean 50 ms", 0.98, LatencyFigure.ALL, true));
        figures.put("0", new FastFigure(of));
        figures.put("catch-up", new CatchUpFigure());
        figures.put("coalesce", new CoalesceFigure());
        figures.put("memory", new MemoryFigure());
        figures.put("start", new StartFigure());
        figures.put("services", new ServicesFigure());
        figures.put("freshness", new FreshnessFigure());
        figures.put("503", new SharesFigure());
        figures.put("lanes", new LanesFigure());
        figures.put("idle", new IdleLanesFigure());
        figures.put("reader", new ReaderFigure());
        figures.put("million", new MillionFigure());
        if (!figures.keySet().containsAll(only)) {
            System.err.println("--only takes " + figures.keySet());
            System.exit(2);
        }
        long began = System.nanoTime();
        Path directory = Files.createTempDirectory("delingsruter-benchmark");
        Report report = new Report();
        List<String> times = new ArrayList<>();
        try (SimulatorProcess simulator = SimulatorProcess.start(directory)) {
            Sizes sizes = quick ? Sizes.QUICK : Sizes.FULL;
            Lab lab = new Lab(
                    simulator, directory, runs.isPresent() ? sizes.runs(Integer.parseInt(runs.get())) : sizes, report);
            for (Map.Entry<String, Figure> figure : figures.entrySet()) {
                if (isRun(figure.getKey(), only, quick)) {
                    long rowBegan = System.nanoTime();
                    try {
                        figure.getValue().measure(lab);
                    } catch (Exception e) {
                        report.failed(figure.getKey(), e);
                    }
                    times.add(Report.say("%s %.1f", figure.getKey(), (System.nanoTime() - rowBegan) / (double) MINUTE));
                }
            }
            if (report.mostInFlight() > 0) {
                report.row(
                        "most calls in flight of one API, all runs above",
                        Report.Goal.EXACTLY,
                        5,
                        "%.0f",
                        List.of((double) report.mostInFlight()),
                        "seen by the simulator, list and lookups together");
            }
            String result =
                    head(quick, began) + "Minutes by row: " + String.join(", ", times) + ".\n\n" + report.table();
            Files.writeString(Path.of("target/benchmark/report.md"), result);
            System.out.println(result);
        } finally {
            Store.stopPostgresql();
            delete(directory);
        }
        System.exit(0);
    }

    private static boolean isRun(String row, List<String> only, boolean quick) {
        if (!only.isEmpty()) {
            return only.contains(row);
        }
        return quick ? QUICK.contains(row) : !BY_NAME_ALONE.contains(row);
    }

    private static String head(boolean quick, long began) throws IOException, SQLException {
        String processor = Files.exists(Path.of("/proc/cpuinfo"))
                ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.replaceAll(".*: ", ""))
                        .findFirst()
                        .orElse("")
                : "";
        return "Taken " + Instant.now().truncatedTo(ChronoUnit.MINUTES)
                + (quick ? " in quick mode (small, one run: for development)" : "")
                + ", in " + (System.nanoTime() - began) / MINUTE + " minutes. Machine: "
                + Runtime.getRuntime().availableProcessors() + " cores"
                + (processor.isEmpty() ? "" : " (" + processor + ")") + ", shared by simulator, program and database; "
                + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + "; JDK " + System.getProperty("java.runtime.version")
                + (Store.postgresqlVersion().isEmpty() ? "" : "; PostgreSQL " + Store.postgresqlVersion()) + ".\n";
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One or several contenders at one simulator, each with an organisation of its own. They start on a list without news; then a backlog is
 * published, and the simulator's clock says when the first call arrived and when the last one was answered.
 */
final class Race {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private final SimulatorProcess simulator;
    private final Service service;
    private final Path directory;
    private final Map<Contender, Program> programs = new EnumMap<>(Contender.class);
    private final Map<Contender, Store> stores = new EnumMap<>(Contender.class);
    private final List<String> options = new ArrayList<>();
    private int published;

    /**
     * What one contender did with one backlog.
     *
     * @param lookupRate lookups a second, from the first one's arrival to the last one's answer
     * @param eventRate  events a second, from the first page's arrival to the last lookup's answer
     * @param cpuSeconds of the contender for 10,000 events
     */
    record Result(double lookupRate, double eventRate, double cpuSeconds, int mostInFlight) {}

    Race(SimulatorProcess simulator, Service service, Path directory) {
        this.simulator = simulator;
        this.service = service;
        this.directory = directory;
    }

    /** Options for the packaged program. */
    Race with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /**
     * @param backlogs events of each; the next one is published when all are through with the one before, and the first one finds them cold
     * @return of each backlog; without peers that did not store each result once
     */
    List<Map<Contender, Result>> run(List<Contender> contenders, List<Integer> backlogs)
            throws IOException, InterruptedException, SQLException {
        try {
            start(contenders);
            List<Map<Contender, Result>> results = new ArrayList<>();
            for (int events : backlogs) {
                results.add(backlog(contenders, events));
            }
            stop();
            checkStored(results);
            return results;
        } finally {
            stop();
        }
    }

    private void start(List<Contender> contenders) throws IOException, InterruptedException, SQLException {
        simulator.reset();
        long next = simulator.last(service.name()) + 1;
        for (Contender contender : contenders) {
            Path own =
                    Files.createDirectories(directory.resolve(contender.name().toLowerCase(java.util.Locale.ROOT)));
            Store store = contender == Contender.OURS_POSTGRESQL ? Store.postgresql() : Store.h2(own);
            stores.put(contender, store);
            List<String> all = new ArrayList<>(List.of("-Dstart=" + next, "-D" + service.name() + ".start=" + next));
            all.addAll(options);
            programs.put(contender, contender.start(simulator, service, own, store, all));
        }
        for (Contender contender : contenders) {
            until(contender, service.list().replace("hendelser", ""), seen -> seen.listCalls() > 2);
        }
        // The first seconds of a JVM belong to its start, not to the race
        TimeUnit.SECONDS.sleep(1);
    }

    private Map<Contender, Result> backlog(List<Contender> contenders, int events)
            throws IOException, InterruptedException {
        simulator.reset();
        Map<Contender, Duration> cpu = new EnumMap<>(Contender.class);
        programs.forEach((contender, program) -> cpu.put(contender, program.cpu()));
        simulator.publishNew(service.name(), events);
        published += events;
        Map<Contender, Result> results = new EnumMap<>(Contender.class);
        for (Contender contender : contenders) {
            SimulatorProcess.Seen seen =
                    until(contender, service.group(), now -> now.lookups() >= events && now.inFlight() == 0);
            SimulatorProcess.Seen list =
                    simulator.seen(service.list().replace("hendelser", ""), contender.organisation());
            double used =
                    programs.get(contender).cpu().minus(cpu.get(contender)).toMillis() / 1e3;
            results.put(
                    contender,
                    new Result(
                            seen.lookups() * 1e6 / (seen.lastLookup() - seen.firstLookup()),
                            events * 1e6 / (seen.lastLookup() - list.firstPage()),
                            used * 10_000 / events,
                            Math.max(seen.mostInFlight(), list.mostInFlight())));
        }
        return results;
    }

    private SimulatorProcess.Seen until(
            Contender contender, String group, java.util.function.Predicate<SimulatorProcess.Seen> what)
            throws IOException, InterruptedException {
        return simulator.until(programs.get(contender), group, contender.organisation(), LONGEST, what);
    }

    private void stop() throws IOException {
        for (Program program : programs.values()) {
            program.close();
        }
        programs.clear();
    }

    /** A figure counts only when every result is in the database. The peers may lose results or store them twice; of ours that is a failure. */
    private void checkStored(List<Map<Contender, Result>> results) throws SQLException {
        for (Map.Entry<Contender, Store> one : stores.entrySet()) {
            long rows =
                    one.getKey() == Contender.BARE ? published : one.getValue().count("result");
            if (rows == published) {
                continue;
            }
            String what = one.getKey() + " stored " + rows + " results of " + published;
            if (one.getKey().isOurs()) {
                throw new IllegalStateException(what);
            }
            System.err.println("Not counted: " + what);
            results.forEach(backlog -> backlog.remove(one.getKey()));
        }
    }
}

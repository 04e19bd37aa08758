package no.delingsruter.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A million pending lookups among ten million results on PostgreSQL: finding what is due, and working it off at 0 ms. Once. */
record MillionFigure() implements Figure {
    private static final Contender OURS = Contender.OURS_POSTGRESQL;
    private static final Service SERVICE = Service.SKATTEOPPGJOER;
    private static final Pattern TIME = Pattern.compile("Execution Time: ([0-9.]+) ms");
    private static final int ASKED = 21;

    private static final String RESULTS = """
            insert into result (service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change,
                incomplete, payload, payload_hash, fetched_at)
            select 'older', '%1$s', 'older', 'k' || n, '2020', '', n, 1, 'OK', 'NEW', false, '{"sum":1}', 'h', now()
            from generate_series(1, %2$d) n""";
    private static final String STATES = """
            insert into lookup_state (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer,
                latest_sekvensnummer, events, identity_change, revision, attempts, version, outcome, payload_hash)
            select 'older', '%1$s', 'older', 'k' || n, '2020', '', 0, n, n, 0, false, 0, 0, 1, 'OK', 'h'
            from generate_series(1, %2$d) n""";

    @Override
    public void measure(Lab lab) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        int events = lab.sizes().results() / 10;
        int results = lab.sizes().results();
        simulator.latency(null, null, "0ms");
        simulator.latency(SERVICE.group(), "LOOKUP", "60s");
        simulator.reset();
        long next = simulator.last(SERVICE.name()) + 1;
        Path folder = lab.folder();
        Store store = Store.postgresql();
        try (Program program =
                OURS.start(simulator, SERVICE, folder, store, List.of("-Xmx256m", "-Dskatteoppgjoer.start=" + next))) {
            simulator.until(
                    program,
                    "skatteoppgjoer",
                    OURS.organisation(),
                    Duration.ofMinutes(2),
                    seen -> seen.listCalls() > 2);
            try (Connection connection = store.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(String.format(Locale.ROOT, RESULTS, OURS.organisation(), results));
                statement.execute(String.format(Locale.ROOT, STATES, OURS.organisation(), results));
            }
            simulator.publishNew(SERVICE.name(), events);
            simulator.until(
                    program,
                    "skatteoppgjoer",
                    OURS.organisation(),
                    Duration.ofMinutes(20),
                    seen -> seen.pages() >= events / 1_000 && seen.listCalls() > seen.pages());
            due(lab, store, events, results);
            drain(lab, program, events);
        } finally {
            simulator.latency(SERVICE.group(), "LOOKUP", "0ms");
        }
        if (store.count("result") != (long) results + events) {
            throw new IllegalStateException(store.count("result") + " results");
        }
    }

    /** As the program asks: the first 500, in the order of the index. */
    private static void due(Lab lab, Store store, int events, int results) throws SQLException {
        List<Double> millis = new ArrayList<>();
        String plan = "";
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < ASKED; i++) {
                try (ResultSet rows = statement.executeQuery(
                        "explain (analyze) select identifikator, hendelse from lookup_state"
                                + " where service = 'skatteoppgjoer' and organisation = '" + OURS.organisation()
                                + "' and lookup = (select min(lookup) from lookup_state where service = 'skatteoppgjoer' and due_at is not null)"
                                + " and due_at >= 'epoch' and due_at <= now()"
                                + " order by service, organisation, lookup, due_at, first_sekvensnummer fetch first 500 rows only")) {
                    while (rows.next()) {
                        Matcher time = TIME.matcher(rows.getString(1));
                        if (time.find()) {
                            millis.add(Double.parseDouble(time.group(1)));
                        }
                        plan += rows.getString(1).contains("lookup_due") ? "index " : "";
                    }
                }
            }
        }
        lab.report()
                .row(
                        "500 due lookups found, ms, PostgreSQL",
                        Report.Goal.AT_MOST,
                        5,
                        "%.2f",
                        List.of(Report.median(millis)),
                        Report.say(
                                "EXPLAIN ANALYZE, %d times, slowest %.2f ms; %,d pending, %,d results; by the index: %s",
                                ASKED, Collections.max(millis), events, results, plan.isEmpty() ? "no" : "yes"));
    }

    private static void drain(Lab lab, Program program, int events) throws Exception {
        lab.simulator().latency(SERVICE.group(), "LOOKUP", "0ms");
        long began = until(lab, program, events / 10L);
        double early = MemoryFigure.alive(program);
        long middle = until(lab, program, events / 2L);
        until(lab, program, events * 9L / 10);
        double late = MemoryFigure.alive(program);
        long end = until(lab, program, events);
        double first = events * 4e8 / (middle - began);
        double second = events * 5e8 / (end - middle);
        lab.report()
                .row(
                        "heap after collection at 90 % of the way ÷ at 10 %, PostgreSQL",
                        Report.Goal.AT_MOST,
                        1.10,
                        "%.2f",
                        List.of(late / early),
                        Report.say("%.1f MB and %.1f MB, -Xmx256m", late / 1e6, early / 1e6));
        lab.report()
                .row(
                        "lookups/s of the second half of the backlog ÷ of the first",
                        Report.Goal.AT_LEAST,
                        0.8,
                        "%.2f",
                        List.of(second / first),
                        Report.say("%.0f/s and %.0f/s; beside it: --only=0", second, first));
    }

    private static long until(Lab lab, Program program, long lookups) throws Exception {
        lab.simulator()
                .until(
                        program,
                        SERVICE.group(),
                        OURS.organisation(),
                        Duration.ofMinutes(60),
                        seen -> seen.lookups() >= lookups);
        return System.nanoTime();
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Full load on PostgreSQL, 0 ms, without and then beside a reader that keeps one {@code repeatable read} transaction open: dead rows cannot
 * be removed meanwhile. Once.
 */
record ReaderFigure() implements Figure {
    private static final Contender OURS = Contender.OURS_POSTGRESQL;
    /** Pending at least, so that there is always work. */
    private static final int AHEAD = 20_000;

    private static final int CHUNK = 10_000;
    private static final int POLL_MILLIS = 200;

    @Override
    public void measure(Lab lab) throws Exception {
        SimulatorProcess simulator = lab.simulator();
        simulator.latency(null, null, "0ms");
        long next = simulator.last("inntekt") + 1;
        Path folder = lab.folder();
        Store store = Store.postgresql();
        try (Program program =
                OURS.start(simulator, Service.INNTEKT, folder, store, List.of("-Dinntekt.start=" + next))) {
            simulator.until(
                    program, "inntekt", OURS.organisation(), Duration.ofMinutes(5), seen -> seen.listCalls() > 2);
            // The JVM compiles for a third of the time before that
            load(lab, program, lab.sizes().minutes() / 5);
            double without = load(lab, program, lab.sizes().minutes() / 2);
            String before = sizes(store);
            double beside;
            String after;
            try (Connection reader = store.connect()) {
                reader.setAutoCommit(false);
                reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                try (ResultSet rows = reader.createStatement().executeQuery("select count(*) from lookup_state")) {
                    rows.next();
                }
                beside = load(lab, program, lab.sizes().minutes());
                after = sizes(store);
                reader.rollback();
            }
            lab.report()
                    .row(
                            "lookups/s beside a repeatable read reader ÷ without, PostgreSQL, 0 ms",
                            Report.Goal.AT_LEAST,
                            0.8,
                            "%.2f",
                            List.of(beside / without),
                            Report.say(
                                    "%.0f/s for %s minutes, %.0f/s for half as long before; before: %s; after: %s",
                                    beside, lab.sizes().minutes(), without, before, after));
        }
    }

    /** @return lookups a second */
    private static double load(Lab lab, Program program, double minutes) throws IOException, InterruptedException {
        SimulatorProcess simulator = lab.simulator();
        simulator.reset();
        long published = 0;
        long began = System.nanoTime();
        long end = began + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        SimulatorProcess.Seen seen = seen(simulator);
        while (System.nanoTime() < end) {
            program.checkAlive();
            if (published - seen.lookups() < AHEAD) {
                simulator.publishNew("inntekt", CHUNK);
                published += CHUNK;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            seen = seen(simulator);
        }
        return seen.lookups() * 1e9 / (System.nanoTime() - began);
    }

    private static SimulatorProcess.Seen seen(SimulatorProcess simulator) throws IOException, InterruptedException {
        return simulator.seen(Service.INNTEKT.group(), OURS.organisation());
    }

    private static String sizes(Store store) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Connection connection = store.connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery(
                                "select relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) / 1000000 from"
                                        + " pg_stat_user_tables where relname in ('lookup_state', 'result') order by relname")) {
            while (rows.next()) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(Report.say(
                                "%s %,d rows, %,d dead, %,d MB",
                                rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
            }
        }
        return text.toString();
    }
}

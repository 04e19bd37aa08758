package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import picocli.CommandLine;

class MoveStoreTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final List<String> COUNTED =
            List.of("checkpoint", "pending_lookup", "lookup_state", "parked", "watch", "books", "result_history");

    @TempDir
    Path directory;

    private static JdbcTemplate postgres(String url) {
        return new JdbcTemplate(new DriverManagerDataSource(url, TestDatabase.POSTGRESQL.user(), "postgres"));
    }

    private static Map<String, Integer> counts(JdbcTemplate jdbc) {
        Map<String, Integer> counts = new HashMap<>();
        COUNTED.forEach(
                table -> counts.put(table, jdbc.queryForObject("select count(*) from " + table, Integer.class)));
        return counts;
    }

    private static String run(TestBed bed, int expected, String url) {
        Settings settings = Settings.load(bed.config(), null, Map.of(), new Properties());
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int exitCode = new CommandLine(new MoveStoreCommand(() -> settings))
                .setOut(writer)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    writer.println(e.getMessage());
                    return Delingsruter.BAD_CONFIGURATION;
                })
                .execute("--to-url", url, "--to-user", TestDatabase.POSTGRESQL.user(), "--to-password", "postgres");
        assertEquals(expected, exitCode, out.toString());
        return out.toString();
    }

    @Test
    @DisplayName(
            "I2, I4: a store moves from H2 to PostgreSQL with all that is in it; the work goes on there, and nothing is looked up again")
    void move() throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        try (TestBed bed = new TestBed(directory)) {
            bed.set("lookup.tries", "2").set("lookup.first-pause", "50ms");
            bed.simulator().list("inntekt").generate(40, 40, 1, 0.1);
            String refused = bed.simulator().list("inntekt").event(5).identifikator();
            bed.simulator()
                    .faults()
                    .add("{name: refused, match: {call: lookup, identifikator: '" + refused
                            + "'}, action: {type: status, status: 400, kode: IM-004}}");
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.count("parked") == 1 && bed.count("result") == 39 && bed.count("pending_lookup") == 0);
            bed.jdbc().update("insert into watch (service, identifikator) values ('inntekt', '01810000099')");
            // Waits for an answer that does not come before the stop
            bed.simulator().faults().clear();
            bed.simulator().faults().add("{name: later, match: {call: lookup}, action: {type: status, status: 503}}");
            bed.simulator().list("inntekt").publishNew();
            await().atMost(A_MINUTE).until(() -> bed.count("pending_lookup") == 1);
            bed.writeSettings();
            assertTrue(run(bed, 2, "jdbc:h2:mem:x").contains("from an H2 file to PostgreSQL"));
            bed.stop();

            Map<String, Integer> before = counts(bed.jdbc());
            TestDatabase.POSTGRESQL.open(url).close();
            try (LeaseTable other = new LeaseTable(
                    LeaseTable.at(url, "postgres", () -> "postgres", A_MINUTE), "other", "1", "plan", A_MINUTE)) {
                other.renew(List.of(), Duration.ZERO);
                assertTrue(run(bed, 2, url).contains("another process works on this store (other)"));
                other.leave();
            }
            String said = run(bed, 0, url);
            assertEquals(before, counts(postgres(url)), said);
            assertTrue(said.matches("(?s).*result +39 +39\\R.*"), said);

            assertTrue(run(bed, 2, url).contains("was moved to " + url));
            String refusal =
                    assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(refusal.startsWith("store.url: the store was moved to " + url), refusal);

            bed.simulator().faults().clear();
            long calls = bed.simulator().stats().lookups().calls();
            bed.set("store.url", url)
                    .set("store.user", TestDatabase.POSTGRESQL.user())
                    .set("store.password", "postgres");
            bed.start();
            JdbcTemplate there = postgres(url);
            await().atMost(A_MINUTE)
                    .until(() -> there.queryForObject("select count(*) from pending_lookup", Integer.class) == 0);
            assertEquals(calls + 1, bed.simulator().stats().lookups().calls(), "the pending one alone");
            EventView known = bed.simulator().list("inntekt").event(1);
            bed.simulator().list("inntekt").publish(known.identifikator(), known.gjelderPeriode());
            await().atMost(A_MINUTE)
                    .until(() -> there.queryForObject("select max(version) from result", Integer.class) == 2);
        }
    }

    @Test
    @DisplayName("A database that is a store already is not written over")
    void notOverAnother() throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        TestDatabase.POSTGRESQL.open(url).close();
        postgres(url).update("insert into checkpoint values ('inntekt', 'self', 7, now(), null)");
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(3, 3, 1, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            bed.writeSettings();
            bed.stop();
            assertTrue(run(bed, 2, url).contains("a store already, and nothing is written over: checkpoint (1)"));
            bed.start();
        }
    }
}

package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import no.delingsruter.app.TestBed;
import no.delingsruter.configuration.Keys;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.FreePort;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The store and a receiver are stopped for {@code -Doutage.seconds} while the job runs. */
@Tag("outage")
@Isolated("its log is all that happens meanwhile")
class OutageTest {
    private static final String SERVICE = "inntekt";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SECONDS = Integer.getInteger("outage.seconds", 6);
    /** Enough that the job is in the middle of it when the outage begins, and still when it ends. */
    private static final int EVENTS = 700;

    @TempDir
    Path directory;

    @Test
    @DisplayName("I2, I3, I9: PostgreSQL is stopped and comes back: nothing lost, nothing double, nothing hot")
    void postgresqlStopped() throws Exception {
        int port = FreePort.find();
        Path data = directory.resolve("postgresql");
        EmbeddedPostgres[] server = {postgresql(port, data)};
        String url = server[0].getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed =
                        new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(40)))) {
            bed.simulator().list(SERVICE).generate(EVENTS, EVENTS, 21, 0.1);
            bed.set("store.url", url)
                    .set("store.user", "postgres")
                    .set("inntekt.page-size", "150")
                    .start();
            JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "postgres", "postgres"));
            await().atMost(PATIENCE)
                    .until(() -> jdbc.queryForObject("select count(*) from result", Integer.class) > EVENTS / 5);
            Outage outage =
                    outage("PostgreSQL", bed, log, () -> server[0].close(), () -> server[0] = postgresql(port, data));
            bed.untilDone(SERVICE, PATIENCE);
            assertEquals(EVENTS, jdbc.queryForObject("select count(*) from result", Integer.class));
            assertEquals(EVENTS, jdbc.queryForObject("select count(*) from result_history", Integer.class), "double");
            assertEquals(0, jdbc.queryForObject("select count(*) from parked", Integer.class));
            bed.booksBalance(SERVICE);
            outage.check(bed, log, "Store");
        } finally {
            server[0].close();
        }
    }

    @Test
    @DisplayName("I2, I9: the broker is stopped and comes back: nothing lost, repeats recognizable, nothing hot")
    void brokerStopped() throws Exception {
        try (Broker broker = new Broker(Files.createDirectories(directory.resolve("broker")));
                RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed =
                        new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(40)));
                Ledger ledger =
                        new Ledger(broker.url(), "outage", Files.createDirectories(directory.resolve("ledger")))) {
            // The broker runs in this process, too, and its words are not the job's
            Configurator.setLevel("org.apache.activemq.artemis.core.server", Level.OFF);
            bed.simulator().list(SERVICE).generate(EVENTS, EVENTS, 22, 0.1);
            // The ledger is kept by key
            String headers = Keys.find("delivery.headers").orElseThrow().defaultValue();
            bed.set("delivery.endpoints", "direct:jms")
                    .set("delivery.headers", headers + ",identifikator")
                    .set("jms.broker-url", broker.url())
                    .set("jms.destination", "queue:outage")
                    .start();
            await().atMost(PATIENCE).until(() -> ledger.received().size() > EVENTS / 5);
            Outage outage = outage("Artemis", bed, log, broker::stop, broker::start);
            bed.untilDone(SERVICE, PATIENCE);
            Set<String> keys = new HashSet<>();
            Set<String> idempotencyKeys = new HashSet<>();
            await().atMost(PATIENCE).until(() -> {
                ledger.received().forEach(one -> {
                    keys.add(one.key());
                    idempotencyKeys.add(one.idempotencyKey());
                });
                return keys.size() == EVENTS;
            });
            assertEquals(EVENTS, idempotencyKeys.size(), "a repeat with another idempotencyKey");
            assertEquals(0, bed.count("parked"));
            bed.booksBalance(SERVICE);
            outage.check(bed, log, SERVICE);
        }
    }

    @Test
    @DisplayName("I2: a broker that has never been there is said to be away, and deliveries begin when it comes")
    void brokerNotThereYet() throws Exception {
        try (Broker broker = new Broker(Files.createDirectories(directory.resolve("broker")));
                TestBed bed = new TestBed(directory, TestDatabase.H2, new SimulatorConfig())) {
            broker.stop();
            bed.simulator().list(SERVICE).generate(20, 20, 24, 0.1);
            bed.set("delivery.endpoints", "direct:jms")
                    .set("jms.broker-url", broker.url())
                    .set("jms.destination", "queue:outage")
                    .start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> bed.application().alerts().open().toString().contains("delivery failed"));
            broker.start();
            bed.untilDone(SERVICE, PATIENCE);
            assertEquals(0, bed.count("parked"));
            bed.booksBalance(SERVICE);
        }
    }

    /** What went on while something was away. */
    private record Outage(String what, long before, long lookups, List<String> lines, long backMs) {
        void check(TestBed bed, RecordedLog log, String subject) throws IOException {
            List<String> afterwards = troubles(log);
            Stats stats = bed.simulator().stats();
            LoggerFactory.getLogger(OutageTest.class)
                    .info(String.format(
                            "Outage of %s for %d s: after %d lookups, %d meanwhile, %d log lines meanwhile, deliveries again %d ms after its end, %d lookups"
                                    + " repeated in all; log: %s",
                            what,
                            SECONDS,
                            before,
                            lookups,
                            lines.size(),
                            backMs,
                            stats.lookups().repeated(),
                            afterwards));
            assertTrue(lookups <= 25 + SECONDS / 2, "lookups during the outage: " + lookups);
            assertTrue(lines.size() <= 12, "log lines during the outage:\n" + String.join("\n", lines));
            assertTrue(backMs <= 30_000, "back after " + backMs + " ms");
            assertTrue(stats.maxInFlight(SERVICE) <= 5);
            assertTrue(
                    bed.application().alerts().open().isEmpty(),
                    "still in trouble: " + bed.application().alerts().open());
            assertEquals(2, afterwards.size(), "one line when it begins, one when it is over: " + afterwards);
            assertTrue(
                    afterwards.get(0).startsWith("WARN") && afterwards.get(0).contains("Alerts - " + subject + ": "),
                    afterwards.get(0));
            assertTrue(
                    afterwards.get(1).startsWith("INFO")
                            && afterwards.get(1).endsWith("Alerts - " + subject + ": works again"),
                    afterwards.get(1));
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static Outage outage(String what, TestBed bed, RecordedLog log, Step stop, Step start) throws Exception {
        int lines = log.lines().size();
        stop.run();
        long before = bed.simulator().stats().lookups().calls();
        await().pollDelay(Duration.ofSeconds(SECONDS))
                .atMost(Duration.ofSeconds(SECONDS + 30L))
                .until(() -> true);
        long lookups = bed.simulator().stats().lookups().calls() - before;
        List<String> said = log.lines().subList(lines, log.lines().size());
        long delivered = delivered(bed);
        start.run();
        long began = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> delivered(bed) > delivered);
        return new Outage(what, before, lookups, List.copyOf(said), (System.nanoTime() - began) / 1_000_000);
    }

    private static long delivered(TestBed bed) {
        return bed.application().statistics().of(SERVICE, "self").delivered.sum();
    }

    private static List<String> troubles(RecordedLog log) {
        return log.lines().stream().filter(line -> line.contains(".Alerts - ")).toList();
    }

    private static EmbeddedPostgres postgresql(int port, Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }
}

package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A full disk, without a disk to fill and without privileges: the child may not write files beyond a size (RLIMIT_FSIZE), so that
 * the write that crosses it is cut short and the next one fails; later it may again.
 */
@Tag("outage")
@Tag("long")
class DiskFullTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SECONDS = Integer.getInteger("outage.seconds", 6);
    private static final int EVENTS = 300;

    @TempDir
    Path directory;

    @Test
    @DisplayName("I2, I9: the disk is full in the middle of a line: nothing lost, no half line, nothing hot")
    void fullInTheMiddleOfALine() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/prlimit")),
                "skipped: there is no /usr/bin/prlimit here to limit the child's files");
        RSAKey key = new RSAKeyGenerator(2048).keyID("crash").generate();
        String store = TestDatabase.POSTGRESQL.url(directory);
        try (Simulator simulator = Simulator.start(new SimulatorConfig().latency(Latency.constant(10)))) {
            simulator.register(key.toPublicJWK(), ChildConfig.CLIENT, "310000001");
            simulator.list("inntekt").generate(EVENTS, EVENTS, 23, 0.1);
            ChildConfig.write(
                    directory,
                    simulator,
                    key,
                    Map.of(
                            "store.url",
                            store,
                            "store.user",
                            TestDatabase.POSTGRESQL.user(),
                            "delivery.endpoints",
                            "direct:file"));
            Child child = Child.start(
                    Child.command(List.of(
                            "delingsruter.config=" + directory.resolve("config"),
                            "delingsruter.routes=" + Path.of("routes").toAbsolutePath())),
                    directory);
            try {
                await().atMost(PATIENCE).until(() -> written() > 20_000);
                limit(child, String.valueOf(written() + 8_500));
                await().atMost(PATIENCE).until(() -> child.log().contains("paused"));
                long before = simulator.stats().lookups().calls();
                int lines = child.lines().size();
                await().pollDelay(Duration.ofSeconds(SECONDS))
                        .atMost(Duration.ofSeconds(SECONDS + 30L))
                        .until(() -> true);
                long lookups = simulator.stats().lookups().calls() - before;
                int said = child.lines().size() - lines;
                int full = Received.lines(directory.resolve("out")).size();
                limit(child, "unlimited");
                long began = System.nanoTime();
                await().atMost(PATIENCE)
                        .until(() -> Received.lines(directory.resolve("out")).size() > full);
                long back = (System.nanoTime() - began) / 1_000_000;
                await().atMost(PATIENCE)
                        .until(() -> Received.lines(directory.resolve("out")).size() >= EVENTS);
                await().atMost(PATIENCE).until(() -> child.log().contains("works again"));
                LoggerFactory.getLogger(DiskFullTest.class)
                        .info(String.format(
                                "Outage of the disk for %d s: full after %d lines, %d lookups and %d log lines meanwhile, deliveries again %d ms after its"
                                        + " end, %d lookups repeated in all",
                                SECONDS,
                                full,
                                lookups,
                                said,
                                back,
                                simulator.stats().lookups().repeated()));
                assertTrue(lookups <= 15 + SECONDS / 2, "lookups during the outage: " + lookups);
                assertTrue(said <= 3 + SECONDS / 10, "log lines during the outage:\n" + child.log());
                List<String> troubles = child.lines().stream()
                        .filter(line -> line.contains("Alerts - "))
                        .toList();
                assertEquals(2, troubles.size(), "one line when it begins, one when it is over: " + troubles);
                assertTrue(
                        troubles.get(0).contains("inntekt: paused: ")
                                && troubles.get(1).contains("inntekt: works again"),
                        troubles.toString());
                assertTrue(back <= 30_000, "back after " + back + " ms");
                Map<String, List<Received>> byKey =
                        Received.lines(directory.resolve("out")).stream().collect(Collectors.groupingBy(Received::key));
                assertEquals(EVENTS, byKey.size());
                byKey.values()
                        .forEach(of ->
                                assertEquals(1, of.size(), "a line that could not be written counts as not delivered"));
                BalancedBooks.check(
                        BalancedBooks.of(
                                new DriverManagerDataSource(store, TestDatabase.POSTGRESQL.user(), "postgres")),
                        simulator.list("inntekt"));
            } finally {
                child.kill();
            }
        }
    }

    private long written() throws IOException {
        Path out = directory.resolve("out");
        if (!Files.isDirectory(out)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(out)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void limit(Child child, String bytes) throws Exception {
        Process prlimit = new ProcessBuilder(
                        "/usr/bin/prlimit", "--pid", String.valueOf(child.pid()), "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start();
        assertEquals(0, prlimit.waitFor());
    }
}

package no.delingsruter.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import no.delingsruter.app.ChildPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** See src/test/crash/README.md for what counts as a failure. */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT)
class CrashTest {
    private static final long FIRST = Long.getLong("seed", 1);
    private static final int SEEDS = Integer.getInteger("seeds", 20);
    /** Calls open at once: what was answered is kept. */
    private static final int MOST_WASTED = 5;

    private static final Tally TALLY = new Tally();

    @TempDir
    static Path directory;

    private static Broker broker;
    private static RSAKey key;
    private static Map<String, Integer> points;

    @BeforeAll
    static void discover() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("crash").generate();
        broker = new Broker(Files.createDirectories(directory.resolve("broker")));
        assertTrue(ChildPath.archived(), "an orderly end leaves the archive of classes that was asked for");
        CrashRoutes.copy(Path.of("routes"), directory.resolve("routes"));
        points = Discovery.run(
                directory.resolve("routes"), Files.createDirectories(directory.resolve("discovery")), key, broker);
    }

    @AfterAll
    static void figures() throws Exception {
        broker.close();
        String figures = TALLY.toString();
        LoggerFactory.getLogger(CrashTest.class).info("Crash kit: " + figures);
        Files.writeString(
                Files.createDirectories(Path.of("target/crash")).resolve("figures.txt"),
                figures + System.lineSeparator());
        enough();
    }

    @TestFactory
    @DisplayName("I2, I3, I4, I5, I9: killed at seeded points and times, nothing is lost or doubled")
    Stream<DynamicTest> seeds() {
        return LongStream.range(FIRST, FIRST + SEEDS)
                .mapToObj(seed -> Plan.of(seed, points, Discovery.EVENTS))
                .map(plan -> DynamicTest.dynamicTest(plan.toString(), () -> run(plan)));
    }

    private static void run(Plan plan) throws Exception {
        try (CrashRun run = new CrashRun(
                plan, directory.resolve("routes"), directory.resolve("seed-" + plan.seed()), key, broker)) {
            TALLY.add(run.run());
        }
    }

    /** A run in which too little happened has shown nothing. */
    private static void enough() {
        assertTrue(points.size() >= 40, "crash points: " + points.keySet());
        assertTrue(TALLY.kills() >= 2L * SEEDS, "kills: " + TALLY.kills());
        assertTrue(TALLY.events() >= 80L * SEEDS, "events: " + TALLY.events());
        assertTrue(TALLY.lookups() >= TALLY.events() - 25L * SEEDS, "lookups: " + TALLY.lookups());
        assertEquals("", TALLY.overspent(MOST_WASTED), "I5: more lookups are repeated than were open");
        if (SEEDS >= 20) {
            assertTrue(TALLY.replayed() >= SEEDS / 4, "replayed: " + TALLY.replayed());
            assertTrue(TALLY.kills("at a point") >= SEEDS / 2, "kills at a point: " + TALLY.kills("at a point"));
            assertTrue(TALLY.kills("at a time") >= SEEDS / 4, "kills at a time: " + TALLY.kills("at a time"));
            for (Sink sink : Sink.values()) {
                assertTrue(TALLY.kills(sink) >= SEEDS / 4, sink + ": " + TALLY.kills(sink));
            }
        }
        if (SEEDS >= 100) {
            assertTrue(Plan.groups(TALLY.points()).size() >= 3, "before, in and after a group: " + TALLY.points());
        }
    }
}

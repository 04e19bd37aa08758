package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderlyStopTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    @DisplayName("What was stopped is let go, so that a JVM can start and stop many")
    void letGo() {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(1, 1, 3, 0);
            WeakReference<Application> stopped = new WeakReference<>(
                    bed.start().untilDone("inntekt", A_MINUTE).application());
            bed.stop();
            // Camel keeps the newest context in a static field
            bed.start().stop();
            await().atMost(A_MINUTE).until(() -> {
                System.gc();
                return stopped.get() == null;
            });
        }
    }

    @Test
    @DisplayName("I2: SIGTERM in the middle: what is under way is finished, nothing is looked up twice, exit code 0")
    void finishesWhatIsUnderWay() {
        try (TestBed bed =
                new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(300)))) {
            bed.simulator().list("inntekt").generate(60, 60, 3, 0.1);
            bed.set("delivery.endpoints", "direct:database,direct:file").set("inntekt.poll-interval", "60s");
            long before;
            try (ChildJob job = bed.child()) {
                await().atMost(A_MINUTE).until(() -> bed.lines().size() >= 10 || !job.alive());
                assertTrue(job.alive(), job.output());
                long asked = System.nanoTime();
                assertEquals(0, job.terminate().exitCode(), job.output());
                assertTrue(
                        System.nanoTime() - asked < Duration.ofSeconds(10).toNanos(),
                        "no need to wait: " + job.output());
                before = bed.simulator().stats().lookups().calls();
                assertTrue(before < 60, "stopped in the middle");
                assertEquals(before, bed.lines().size(), "every call that was made was delivered");
                assertTrue(
                        job.output().contains("Stopped; what was under way is finished or pending again"),
                        job.output());
            }
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(60, bed.count("result"));
            assertEquals(0, bed.simulator().stats().lookups().repeated());
            assertEquals(60, keys(bed).size());
            assertEquals(60, bed.lines().size());
        }
    }

    @Test
    @DisplayName(
            "I2: what does not come to an end is given back within 25 s, without a failed try, and no half delivery")
    void givesBackWhatTakesTooLong() {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(12, 12, 3, 0.1);
            bed.simulator()
                    .faults()
                    .add(
                            "{\"name\": \"stall\", \"match\": {\"call\": \"lookup\"}, \"action\": {\"type\": \"stall\", \"ms\": 60000}}");
            bed.set("delivery.endpoints", "direct:file,direct:database").set("skatteetaten.request-timeout", "100s");
            try (ChildJob job = bed.child()) {
                await().atMost(A_MINUTE).until(() -> bed.simulator().stats().inFlight() == 5 || !job.alive());
                assertTrue(job.alive(), job.output());
                long asked = System.nanoTime();
                assertEquals(0, job.terminate().exitCode(), job.output());
                assertTrue(System.nanoTime() - asked < Duration.ofSeconds(28).toNanos());
                assertEquals(5, bed.simulator().stats().lookups().calls(), "nothing new is begun");
                assertTrue(job.output().contains("pending again"), job.output());
            }
            bed.simulator().faults().clear();
            bed.start();
            assertEquals(
                    0,
                    bed.jdbc().queryForObject("select coalesce(max(attempts), 0) from pending_lookup", Integer.class));
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(12, bed.count("result"));
            assertEquals(12, bed.lines().size());
        }
    }

    private static Set<String> keys(TestBed bed) {
        Set<String> keys = new TreeSet<>();
        for (String line : bed.lines()) {
            Matcher matcher = Pattern.compile("\"idempotencyKey\":\"(\\w+)\"").matcher(line);
            assertTrue(matcher.find() && line.endsWith("}"), "a whole line");
            keys.add(matcher.group(1));
        }
        return keys;
    }
}

package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Tag("crash")
class InstancesTest {
    private static final int ROUNDS = Integer.getInteger("takeovers", 3);

    @TempDir
    Path directory;

    private static void figure(String text) throws Exception {
        LoggerFactory.getLogger(InstancesTest.class).info(text);
        Files.writeString(
                Files.createDirectories(Path.of("target/crash")).resolve("instances.txt"),
                text + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static String times(List<Duration> took) {
        List<Long> sorted = took.stream().map(Duration::toMillis).sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : "median " + sorted.get(sorted.size() / 2) + " ms, p99 "
                        + sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1) + " ms, of " + sorted.size();
    }

    @ParameterizedTest(name = "{0} instances, {1}")
    @CsvSource({"2, strict", "3, strict", "2, quick", "3, quick"})
    @DisplayName(
            "I1, I2, I9, I11: an owner that is killed under load is taken over from: nothing lost, nothing double, never more than five calls")
    void killed(int many, String failover) throws Exception {
        assumeTrue(
                (many == 2 && failover.equals("strict")) || ROUNDS > 1,
                "the others: mvn -B -Pcrash verify -Dtest=InstancesTest");
        int organisations = many == 2 ? 1 : 6;
        List<Duration> took = new ArrayList<>();
        // Quick waits for less than a time-out: three times the slowest call, two seconds at least
        String timeout = failover.equals("strict") ? "2s" : "30s";
        try (Instances instances = new Instances(
                directory,
                organisations,
                Math.min(4000, 400 * ROUNDS),
                40,
                Map.of("skatteetaten.request-timeout", timeout, "failover", failover))) {
            for (int i = 0; i < many; i++) {
                instances.start(i);
            }
            instances.untilSpread(Math.min(many, organisations));
            for (int round = 0; round < ROUNDS; round++) {
                int victim = new ArrayList<>(instances.owners().keySet())
                        .get(round % instances.owners().size());
                List<String> its = instances.organisationsOf(victim);
                if (failover.equals("quick")) {
                    // An owner that has not had an answer yet knows of no call that is quicker than the time-out
                    instances.untilQuick();
                }
                instances.child(victim).kill();
                took.addAll(instances.untilNextCall(its));
                instances.start(victim);
            }
            instances.finish();
            instances.capKept();
            figure(many + " instances, " + ROUNDS + " kills, " + failover + ", lease 1.5 s, time-out " + timeout
                    + ": kill to first call "
                    + times(took) + "; most calls at once " + instances.maxInFlight());
        }
    }

    @ParameterizedTest(name = "{0} s, lookups of {1} ms")
    @CsvSource({"1, 900", "6, 900", "3, 0", "1, 3000", "20, 10000", "45, 30000", "120, 1000"})
    @DisplayName("I1, I11: an owner that is frozen and goes on: never more than five calls, nothing lost or double")
    void frozen(int seconds, int lookupMillis) throws Exception {
        assumeTrue(seconds == 6 || ROUNDS > 1, "the others: mvn -B -Pcrash verify -Dtest=InstancesTest");
        int rounds = seconds > 10 || ROUNDS == 1 ? 1 : 3;
        // Longer than the longest call, so that calls succeed
        String timeout = Math.max(2, lookupMillis / 1000 + 2) + "s";
        try (Instances instances = new Instances(
                directory, 1, 300, Math.max(1, lookupMillis), Map.of("skatteetaten.request-timeout", timeout))) {
            instances.start(0);
            instances.start(1);
            for (int round = 0; round < rounds && instances.results() < 250; round++) {
                int owner = instances.owner();
                if (lookupMillis > 0) {
                    instances.untilFull();
                }
                instances.signal(owner, "STOP");
                await().pollDelay(Duration.ofSeconds(seconds))
                        .atMost(Duration.ofSeconds(seconds + 30L))
                        .until(() -> true);
                instances.signal(owner, "CONT");
                await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
            }
            instances.finish();
            instances.capKept();
            figure("Frozen " + rounds + " times for " + seconds + " s, lookups of " + lookupMillis
                    + " ms: nothing lost or double; most calls at once " + instances.maxInFlight());
        }
    }

    @Test
    @DisplayName(
            "I1, I2, I11: the clock of one instance jumps an hour on, two back, and is right again: nothing lost, nothing double, never more than five calls")
    void clock() throws Exception {
        assumeTrue(ROUNDS > 1, "mvn -B -Pcrash verify -Dtest=InstancesTest");
        Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
        assumeTrue(Files.exists(library), "skipped: there is no libfaketime (Debian: apt-get install faketime)");
        Path clock = Files.writeString(directory.resolve("clock"), "+0");
        List<String> ownClock = List.of(
                "env",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + clock,
                "FAKETIME_CACHE_DURATION=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // Otherwise each wait of the JVM ends at once
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
        // Tokens outlive the jumps: a grant of a wrong clock is refused, which is another matter
        try (Instances instances = new Instances(
                directory, 4, 3000, 100, Duration.ofDays(1), Map.of("skatteetaten.request-timeout", "5s"))) {
            instances.start(0);
            instances.start(1, ownClock);
            instances.untilSpread(2);
            instances.untilQuick();
            for (String offset : List.of("+1h", "-1h", "+0")) {
                Files.writeString(clock, offset);
                await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
                long before = instances.results();
                // It takes over from a right clock, and gives to one
                instances.child(0).kill();
                instances.untilSpread(1);
                instances.start(0);
                instances.untilSpread(2);
                assertTrue(instances.results() > before, "work goes on at " + offset);
            }
            instances.finish();
            instances.capKept();
            figure("One clock at +1 h, -1 h and right again, three kills: nothing lost or double; most calls at once "
                    + instances.maxInFlight());
        }
    }

    @ParameterizedTest(name = "{0} processes, {1}")
    @CsvSource({"1, one store", "2, one store", "3, one store", "2, a store each", "3, a store each"})
    @DisplayName(
            "Figure: 40 organisations, lookups of 50 ms, on one machine; beside it what as many processes reach that share its processors alone")
    void throughput(int many, String stores) throws Exception {
        assumeTrue(ROUNDS > 1, "mvn -B -Pcrash verify -Dtest=InstancesTest");
        Duration measured = Duration.ofSeconds(20);
        // A process has all of the program to compile, and several do so on the same processors
        Duration warm = Duration.ofSeconds(30 + 20L * many);
        try (Instances instances = new Instances(directory, 40, 9_000, 50, Map.of("failover.lease", "6s"))) {
            boolean apart = stores.equals("a store each");
            for (int i = 0; i < many; i++) {
                if (apart) {
                    instances.startApart(i, many);
                } else {
                    instances.startDirect(i);
                }
            }
            if (!apart) {
                instances.untilSpread(many);
            }
            await().atMost(Instances.PATIENCE).until(instances::hasWorkForAll);
            await().pollDelay(warm).atMost(warm.multipliedBy(2)).until(() -> true);
            long lookups = instances.lookups();
            Duration cpu = instances.cpu();
            long began = System.nanoTime();
            await().pollDelay(measured).atMost(measured.multipliedBy(2)).until(() -> true);
            double seconds = (System.nanoTime() - began) / 1e9;
            figure(String.format(
                    Locale.ROOT,
                    "%d processes, %s, 40 organisations, 50 ms: %.0f lookups/s, %.2f processors used by them; most calls at once %d",
                    many,
                    stores,
                    (instances.lookups() - lookups) / seconds,
                    instances.cpu().minus(cpu).toMillis() / 1000.0 / seconds,
                    instances.maxInFlight()));
            assertTrue(instances.hasWorkForAll(), "there was work for all until the end");
            instances.capKept();
        }
    }

    @Tag("long")
    @Test
    @DisplayName("Null control: without the wait for the calls of a frozen predecessor there are more than five")
    void withoutWait() throws Exception {
        try (Instances instances =
                new Instances(directory, 1, 2000, 3000, Map.of("skatteetaten.request-timeout", "4s"))) {
            instances.start(0);
            instances.sabotage("new.quiet_from := now();");
            instances.start(1);
            int owner = instances.owner();
            instances.untilFull();
            // Right after calls have begun
            long calls = instances.simulator().stats().calls();
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> instances.simulator().stats().calls() >= calls + 5);
            instances.signal(owner, "STOP");
            await().atMost(Duration.ofSeconds(15)).until(() -> instances.maxInFlight() > 5);
            assertTrue(instances.maxInFlight() > 5);
        }
    }
}

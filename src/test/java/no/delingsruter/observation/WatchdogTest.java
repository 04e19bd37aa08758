package no.delingsruter.observation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import no.delingsruter.operations.RecordedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    private static final String ALERT = "Stalled: Lookups of inntekt";

    @TempDir
    Path directory;

    private final Alerts alerts = new Alerts();
    private final AtomicInteger mended = new AtomicInteger();
    private final Activity activity = alerts.watch("Lookups of inntekt", mended::incrementAndGet);
    private final CountDownLatch latch = new CountDownLatch(1);
    private Watchdog watchdog;

    @BeforeEach
    void start() {
        watchdog = new Watchdog(alerts, Duration.ofMillis(300));
        watchdog.start();
    }

    @AfterEach
    void close() {
        latch.countDown();
        watchdog.close();
    }

    private void work() {
        Thread thread = new Thread(() -> {
            Activity.Piece piece = activity.begins();
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                piece.ends();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void untilStalled() {
        await().atMost(Duration.ofSeconds(20)).until(() -> alerts.open().containsKey(ALERT));
    }

    @Test
    @DisplayName(
            "I16, null control: a latch that no code knows of is said once with where the thread stands, and its end too")
    void latchThatNoCodeKnowsOf() throws Exception {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            work();
            untilStalled();
            assertTrue(alerts.standstill(), "readiness fails");
            assertTrue(watchdog.isStalled("Lookups of inntekt"));
            String reason = alerts.open().get(ALERT);
            assertTrue(
                    reason.contains("no reason known, it stands in no.delingsruter.observation.WatchdogTest"), reason);
            latch.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> alerts.open().isEmpty());
            long said = log.lines().stream()
                    .filter(line -> line.contains("Lookups of inntekt"))
                    .count();
            assertEquals(3, said, "begin, stack and end: " + log.lines());
        }
    }

    @Test
    @DisplayName("I16: a known cause goes before \"no reason known\"")
    void knownCause() {
        alerts.begins("inntekt", "paused: the token is refused", Alerts.Severity.STANDSTILL);
        work();
        untilStalled();
        String reason = alerts.open().get(ALERT);
        assertTrue(reason.endsWith("probably because of inntekt: paused: the token is refused"), reason);
    }

    @Test
    @DisplayName("I16: work that nobody begins is stalled; what rests or may wait is not")
    void workThatNobodyBegins() throws InterruptedException {
        activity.waits(Duration.ofMinutes(5));
        Thread.sleep(800);
        assertFalse(alerts.open().containsKey(ALERT), "it may wait");
        activity.rests();
        Thread.sleep(800);
        assertFalse(alerts.open().containsKey(ALERT), "it has nothing to do");
        activity.hasWork();
        untilStalled();
    }

    @Test
    @DisplayName("I16: an activity whose thread has ended is started anew, once")
    void startedAnew() {
        activity.gone();
        await().atMost(Duration.ofSeconds(20)).until(() -> mended.get() == 1);
        assertFalse(alerts.open().containsKey(ALERT));
    }

    @Test
    @DisplayName("I16: the watchdog is watched: without its rounds it is not well")
    void watchedItself() {
        await().atMost(Duration.ofSeconds(20)).until(() -> watchdog.secondsSinceRound() < 0.2);
        assertTrue(watchdog.isWell());
        watchdog.close();
        double before = watchdog.secondsSinceRound();
        await().atMost(Duration.ofSeconds(20)).until(() -> watchdog.secondsSinceRound() > before + 0.5);
    }
}

package no.delingsruter.observation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.operations.RecordedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What comes and goes is said once a minute at most, with how often it came, and never kept silent")
class AlertsTest {
    private static final String WHAT = "A lookup of alertstest";

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong(42);
    private final Alerts alerts = new Alerts(nanos::get);
    private RecordedLog log;

    @BeforeEach
    void open() {
        log = new RecordedLog(directory.resolve("log"), false);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private List<String> said() {
        return log.lines().stream()
                .filter(line -> line.contains(WHAT))
                .map(line -> line.substring(line.indexOf(WHAT) + WHAT.length() + 2))
                .toList();
    }

    @Test
    @DisplayName(
            "Twice a second for three minutes: a line a minute with how often it came, and its end after a minute without it")
    void comesAndGoes() {
        for (int i = 0; i < 360; i++) {
            alerts.begins(WHAT, "fails again and again: 500");
            pass(250);
            alerts.ends(WHAT);
            pass(250);
        }
        assertEquals(
                List.of(
                        "fails again and again: 500",
                        "works again",
                        "fails again and again: 500 (119 more since the last line)",
                        "fails again and again: 500 (119 more since the last line)"),
                said());
        pass(59_000);
        alerts.sayHeldBack();
        assertEquals(4, said().size(), "it may come again");
        pass(1_000);
        alerts.sayHeldBack();
        alerts.sayHeldBack();
        assertEquals("works again (119 more since the last line)", said().get(said().size() - 1));
        assertEquals(5, said().size());
    }

    @Test
    @DisplayName("What was held back and goes on is said within the minute")
    void heldBackAndGoesOn() {
        alerts.begins(WHAT, "first");
        alerts.ends(WHAT);
        alerts.begins(WHAT, "second");
        alerts.sayHeldBack();
        assertEquals(List.of("first", "works again"), said());
        assertTrue(alerts.open().containsKey(WHAT), "readiness knows it at once");
        pass(60_000);
        alerts.sayHeldBack();
        alerts.ends(WHAT);
        assertEquals(List.of("first", "works again", "second", "works again"), said());
    }

    @Test
    @DisplayName("What is held back when everything stops is said then")
    void stops() {
        alerts.begins(WHAT, "first");
        alerts.ends(WHAT);
        alerts.begins(WHAT, "second");
        alerts.ends(WHAT);
        alerts.begins(WHAT, "third");
        pass(1000);
        alerts.sayLast();
        alerts.sayLast();
        assertEquals(List.of("first", "works again", "third (1 more since the last line)"), said());
    }

    @Test
    @DisplayName("What becomes a standstill is said at once")
    void worse() {
        alerts.begins(WHAT, "slower");
        alerts.ends(WHAT);
        alerts.begins(WHAT, "stands", Severity.STANDSTILL);
        assertEquals(List.of("slower", "works again", "stands"), said());
    }
}

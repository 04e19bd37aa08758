package no.delingsruter.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of an event list alone. */
@Tag("fault")
@Execution(ExecutionMode.CONCURRENT)
class ListFaultTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "500                       | {type: status, status: 500}",
                "503 with HTML             | {type: status, status: 503, body: '<html><body>Nede</body></html>'}",
                "404 with HTML             | {type: status, status: 404, body: '<html><body>Ikke her</body></html>'}",
                "429                       | {type: status, status: 429}",
                "429, Retry-After seconds  | {type: status, status: 429, retryAfter: 1}",
                "429, Retry-After date     | {type: status, status: 429, retryAfter: 1, retryAfterDate: true}",
                "reset before the answer   | {type: reset}",
                "reset in the body         | {type: reset-in-body}",
                "truncated JSON            | {type: truncated}",
                "garbage                   | {type: garbage}",
                "wrong content type        | {type: content-type}",
                "login page with 200       | {type: login-page}",
                "stall of 30 s             | {type: stall, ms: 30000}",
                "body that drips           | {type: drip, bytes: 5, everyMs: 50}",
                "gzip cut short            | {type: gzip-cut}",
                "without hendelser         | {type: page, change: no-hendelser}",
                "suddenly lower numbers    | {type: page, change: lower}",
            })
    @DisplayName("I2, I6: nothing is skipped while the list cannot be read, and it is read again when it can")
    void pageThatIsNoPage(String name, String action) {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().generate(40, 40, 6, 0.2);
            // A page that is read back begins where the list does: there numbers that begin at 1 are as they should be
            fault.bed.set("inntekt.look-back", "0").start().untilDone(FaultBed.SERVICE, FaultBed.PATIENCE);
            long checkpoint = fault.bed
                    .application()
                    .store()
                    .checkpoint(FaultBed.SERVICE, "self")
                    .orElseThrow();
            fault.fault("list", "{call: list}", action);
            // Whoever asks for what comes after these has been given the faulty page
            fault.publishNew(40);
            await().atMost(FaultBed.PATIENCE).until(() -> fault.fired("list") >= 4);
            assertEquals(
                    checkpoint,
                    fault.bed
                            .application()
                            .store()
                            .checkpoint(FaultBed.SERVICE, "self")
                            .orElseThrow(),
                    "the checkpoint has not moved");
            fault.simulator().faults().clear();
            fault.untilFullSpeed();
            fault.everythingDelivered();
            fault.rulesKept();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"unsorted", "repeated", "unknown-fields"})
    @DisplayName("I2, I4, I5: an odd page is read for what it holds")
    void oddPage(String change) {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.fault("list", "{call: list}", "{type: page, change: " + change + "}");
            fault.list().generate(200, 120, 8, 0.3);
            fault.bed.set("inntekt.page-size", "30").start();
            fault.everythingDelivered();
            assertTrue(fault.fired("list") >= 7);
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I2, I3: sequence numbers over 2^31")
    void numbersOverInt32() {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list()
                    .generate(Generation.of(100, 80)
                            .start(Integer.MAX_VALUE - 50L)
                            .gaps(0.2));
            fault.bed.set("inntekt.page-size", "30").start();
            fault.everythingDelivered();
            assertTrue(fault.bed
                            .application()
                            .store()
                            .checkpoint(FaultBed.SERVICE, "self")
                            .orElseThrow()
                    > Integer.MAX_VALUE);
            fault.fault("list", "{call: list, first: 1}", "{type: page, change: over-int32}");
            long before = fault.list().lastSekvensnummer();
            fault.publishNew(1);
            await().atMost(FaultBed.PATIENCE)
                    .until(() -> fault.bed
                                    .application()
                                    .store()
                                    .checkpoint(FaultBed.SERVICE, "self")
                                    .orElseThrow()
                            > before + 2_000_000_000L);
            fault.deliveredBut(Set.of());
        }
    }
}

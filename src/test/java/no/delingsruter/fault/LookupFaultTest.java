package no.delingsruter.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import no.delingsruter.simulator.data.EventView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of a lookup alone: first for a few keys and for good, then for all keys and for a while. */
@Tag("fault")
@Execution(ExecutionMode.CONCURRENT)
class LookupFaultTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "500                       | {type: status, status: 500}                                               | 500 .*from inntekt",
                "503 with HTML             | {type: status, status: 503, body: '<html><body>Nede</body></html>'}       | 503 from inntekt",
                "429                       | {type: status, status: 429}                                               | 429 .*from inntekt",
                "429, Retry-After seconds  | {type: status, status: 429, retryAfter: 1}                                | 429 .*from inntekt",
                "429, Retry-After date     | {type: status, status: 429, retryAfter: 1, retryAfterDate: true}          | 429 .*from inntekt",
                "503, Retry-After seconds  | {type: status, status: 503, retryAfter: 1}                                | 503 .*from inntekt",
                "reset before the answer   | {type: reset}                                                             | no whole answer.*",
                "reset in the body         | {type: reset-in-body}                                                     | no whole answer.*",
                "truncated JSON            | {type: truncated}                                                         | 200 .* not whole JSON",
                "garbage                   | {type: garbage}                                                           | 200 .* not whole JSON",
                "wrong content type        | {type: content-type}                                                      | 200 .* not in the format asked for",
                "login page with 200       | {type: login-page}                                                        | 200 .* not in the format asked for",
                "another person            | {type: another-person}                                                    | 200 .* another identifikator .*",
                "stall of 30 s             | {type: stall, ms: 30000}                                                  | no whole answer.*",
                "body that drips           | {type: drip, bytes: 5, everyMs: 50}                                       | no whole answer.*",
                "gzip cut short            | {type: gzip-cut}                                                          | no whole answer.*",
            })
    @DisplayName(
            "I1, I2, I7: what fails for some keys parks them alone, what fails for all parks nothing, and work goes on at full speed afterwards")
    void oneFaultAlone(String name, String action, String reason) {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().generate(60, 60, 5, 0.2);
            List<EventView> bad = List.of(fault.list().event(10), fault.list().event(30));
            bad.forEach(event ->
                    fault.fault("some", "{call: lookup, identifikator: '" + event.identifikator() + "'}", action));
            fault.bed.start();
            Set<String> badKeys = bad.stream().map(FaultBed::key).collect(Collectors.toSet());
            parkedWhileOthersGoOn(fault, badKeys, reason);

            fault.simulator().faults().clear();
            fault.fault("all", "{call: lookup}", action);
            fault.publishNew(30);
            await().atMost(FaultBed.PATIENCE).until(() -> fault.fired("all") >= 8);
            assertEquals(badKeys, fault.parked().keySet(), "I7: a fault of all parks nothing");
            fault.simulator().faults().clear();
            fault.untilFullSpeed();

            bad.forEach(event -> fault.list().publish(event.identifikator(), event.gjelderPeriode()));
            fault.everythingDelivered();
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I7: calls that fail together because of one short fault of all cost one short pause")
    void shortFaultOfAll() {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().generate(20, 20, 5, 0.2);
            fault.bed.set("skatteetaten.request-timeout", "30s").start().untilDone(FaultBed.SERVICE, FaultBed.PATIENCE);
            fault.fault("blip", "{call: lookup, first: 10}", "{type: status, status: 500}");
            fault.publishNew(60);
            await().atMost(FaultBed.PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> fault.fired("blip") >= 5);
            long began = System.nanoTime();
            fault.everythingDelivered();
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took < 6_000, took + " ms");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "500            | {type: status, status: 500}    | 500 .*from inntekt",
                "truncated JSON | {type: truncated}              | 200 .* not whole JSON",
                "delivery       |                                | delivery failed at .*, throwException: not for this receiver .*",
            })
    @DisplayName(
            "I2, I7: on a list without anything new, too, what cannot succeed is parked, after more tries; what comes meanwhile does not wait")
    void aloneOnAQuietList(String name, String action, String reason) throws IOException {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().publish("01810000001", "2024-03");
            EventView bad = fault.list().event(0);
            if (action == null) {
                deliveryFails(fault, bad.identifikator());
            } else {
                fault.fault("alone", "{call: lookup, identifikator: '" + bad.identifikator() + "'}", action);
            }
            fault.bed.start();
            await().atMost(FaultBed.PATIENCE)
                    .until(() -> fault.bed.application().alerts().open().containsKey("A lookup of inntekt"));
            assertEquals(Set.of(), fault.parked().keySet(), "it may be a fault of all");
            await().atMost(FaultBed.PATIENCE)
                    .until(() -> fault.parked().keySet().equals(Set.of(FaultBed.key(bad))));
            fault.parked().values().forEach(said -> assertTrue(said.matches(reason), said));
            await("said when it is parked")
                    .atMost(FaultBed.PATIENCE)
                    .until(() -> fault.bed.application().alerts().open().isEmpty());
            long calls = fault.simulator().stats().lookups().calls();
            assertEquals(
                    action == null ? 1 : 12,
                    calls,
                    "three times lookup.busy-tries; what was answered is asked for once");
            fault.publishNew(10);
            fault.everythingDeliveredBut(Set.of(FaultBed.key(bad)));
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I7: few keys pending, and neither lookups nor list answer for a while: nothing is parked")
    void outageOnAQuietList() {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().generate(2, 2, 5, 0);
            fault.fault("lookups", "{call: lookup}", "{type: status, status: 503}");
            fault.bed.start();
            await().atMost(FaultBed.PATIENCE).until(() -> fault.fired("lookups") >= 2);
            fault.fault("list", "{call: list}", "{type: status, status: 503}");
            await().atMost(FaultBed.PATIENCE).until(() -> fault.fired("lookups") >= 40);
            fault.simulator().faults().clear();
            fault.everythingDelivered();
            fault.rulesKept();
        }
    }

    private static void deliveryFails(FaultBed fault, String identifikator) throws IOException {
        Path route = fault.bed.routes().resolve("inntekt.camel.yaml");
        String before = Files.readString(route);
        String delivery = "        - to:\n            uri: direct:delivery\n";
        Files.writeString(route, before.replace(delivery, """
                        - filter:
                            expression:
                              simple:
                                expression: "${header.identifikator} == '%s'"
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalArgumentException
                                  message: not for this receiver
                """.formatted(identifikator) + delivery));
        assertFalse(Files.readString(route).equals(before));
    }

    private static void parkedWhileOthersGoOn(FaultBed fault, Set<String> bad, String reason) {
        await().atMost(FaultBed.PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            fault.publishNew(1);
            return fault.parked().keySet().equals(bad);
        });
        fault.parked().values().forEach(said -> assertTrue(said.matches(reason), said));
        fault.everythingDeliveredBut(bad);
    }
}

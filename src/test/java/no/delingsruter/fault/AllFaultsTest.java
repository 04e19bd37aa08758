package no.delingsruter.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.http.Latency;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** All faults at once, over {@code -Dfault.events} events. */
@Tag("fault")
@Execution(ExecutionMode.CONCURRENT)
class AllFaultsTest {
    private static final int EVENTS = Integer.getInteger("fault.events", 1_500);
    /** Each of these happens to its share of all calls; together to about one in ten. */
    private static final List<String> PASSING = List.of(
            "{type: status, status: 500}",
            "{type: status, status: 503, body: '<html>Nede</html>'}",
            "{type: reset}",
            "{type: reset-in-body}",
            "{type: truncated}",
            "{type: garbage}",
            "{type: content-type}",
            "{type: login-page}",
            "{type: another-person}",
            "{type: stall, ms: 30000}",
            "{type: drip, bytes: 5, everyMs: 50}",
            "{type: gzip-cut}",
            "{type: forget-token}",
            "{type: cookies}",
            "{type: redirect}");

    private static final List<String> TOO_MUCH = List.of(
            "{type: status, status: 429}",
            "{type: status, status: 429, retryAfter: 1}",
            "{type: status, status: 429, retryAfter: 1, retryAfterDate: true}",
            "{type: status, status: 503, retryAfter: 1}");
    private static final List<String> ODD_PAGES =
            List.of("unsorted", "repeated", "unknown-fields", "no-hendelser", "lower");
    /** What never succeeds, and the reason it is parked with. */
    private static final Map<String, String> LASTING = Map.of(
            "{type: status, status: 500}",
            "500 .*",
            "{type: another-person}",
            "200 .* another .*",
            "{type: truncated}",
            "200 .* not whole JSON",
            "{type: status, status: 400, kode: IM-006}",
            "400 IM-006 .*",
            "{type: reset}",
            "no whole answer.*");

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I1, I2, I4, I6, I7: all faults at once: what cannot succeed is parked with its reason, everything else is delivered")
    void everythingAtOnce() {
        try (FaultBed fault = new FaultBed(
                directory,
                new SimulatorConfig().latency(Latency.exponential(8, 3)).tokenLifetime(Duration.ofSeconds(20)))) {
            fault.list().generate(EVENTS, EVENTS * 3 / 4, 13, 0.2);
            Map<String, String> lasting = lasting(fault);
            passing(fault);
            fault.bed
                    .set("inntekt.page-size", "200")
                    .set("lookup.busy-tries", "6")
                    .set("lookup.tries", "4")
                    .start();
            await().atMost(Duration.ofSeconds(60 + EVENTS / 10))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> fault.bed
                                            .application()
                                            .store()
                                            .checkpoint(FaultBed.SERVICE, "self")
                                            .orElse(0)
                                    >= fault.list().lastSekvensnummer()
                            && fault.bed.application().pending(FaultBed.SERVICE, "self") < 20);
            Map<String, Long> fired = new TreeMap<>();
            fault.simulator().stats().faults().forEach(one -> fired.merge(one.name(), one.fired(), Long::sum));
            List.of("passing", "too-much", "page", "token")
                    .forEach(name -> fault.simulator().faults().remove(name));
            long took = fault.untilFullSpeed();
            await().atMost(FaultBed.PATIENCE).until(() -> {
                fault.publishNew(1);
                return fault.parked().keySet().containsAll(lasting.keySet());
            });
            Map<String, String> parked = fault.parked();
            lasting.forEach((key, reason) -> assertTrue(parked.get(key).matches(reason), parked.get(key)));
            // What was unlucky at each of its tries is parked too, and comes back with a new event of its key
            Set<String> unlucky = new HashSet<>(parked.keySet());
            unlucky.removeAll(lasting.keySet());
            assertTrue(unlucky.size() <= EVENTS / 100, "parked, though it would have succeeded: " + unlucky.size());
            fault.events().stream()
                    .filter(event -> unlucky.contains(FaultBed.key(event)))
                    .forEach(event -> fault.list().publish(event.identifikator(), event.gjelderPeriode()));
            fault.everythingDeliveredBut(lasting.keySet());
            fault.rulesKept();
            Stats stats = fault.simulator().stats();
            LoggerFactory.getLogger(AllFaultsTest.class)
                    .info(String.format(
                            "Fault matrix, all at once: %d events, %d calls, at most %d at a time, %d inside a Retry-After, faults %s, %d parked for good,"
                                    + " %d parked by bad luck, full speed %d ms after the end",
                            fault.list().size(),
                            stats.calls(),
                            stats.maxInFlight(FaultBed.SERVICE),
                            stats.group(FaultBed.SERVICE, "310000001").insideRetryAfter(),
                            fired,
                            lasting.size(),
                            unlucky.size(),
                            took));
            assertTrue(fired.get("passing") >= EVENTS / 20, "faults: " + fired);
            assertTrue(fired.get("too-much") >= 3, "faults: " + fired);
            assertTrue(fired.get("page") >= 3, "faults: " + fired);
        }
    }

    /** @return the reason to expect, by key */
    private static Map<String, String> lasting(FaultBed fault) {
        Map<String, String> reasons = new TreeMap<>();
        int at = 10;
        for (Map.Entry<String, String> entry : new TreeMap<>(LASTING).entrySet()) {
            EventView event = fault.list().event(at);
            at += EVENTS / 8;
            fault.fault("lasting", "{call: lookup, identifikator: '" + event.identifikator() + "'}", entry.getKey());
            reasons.put(FaultBed.key(event), entry.getValue());
        }
        assertEquals(LASTING.size(), reasons.size());
        return reasons;
    }

    private static void passing(FaultBed fault) {
        int seed = 1;
        for (String action : PASSING) {
            fault.fault("passing", "{call: any, probability: 0.007, seed: " + seed++ + "}", action);
        }
        for (String action : TOO_MUCH) {
            fault.fault("too-much", "{call: lookup, everyNth: " + Math.max(150, EVENTS / 12) + "}", action);
        }
        for (String change : ODD_PAGES) {
            fault.fault(
                    "page",
                    "{call: list, probability: 0.1, seed: " + seed++ + "}",
                    "{type: page, change: " + change + "}");
        }
        fault.fault("token", "{call: token, probability: 0.3, seed: " + seed + "}", "{type: status, status: 503}");
    }
}

package no.delingsruter.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import no.delingsruter.app.TestBed;
import no.delingsruter.simulator.SimulatedList;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.TestDatabase;

/** The product against a simulator that misbehaves, with pauses and time-outs short enough for a test, and what must hold whatever went wrong. */
final class FaultBed implements AutoCloseable {
    static final String SERVICE = "inntekt";
    static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Full speed is back within this after a fault's end. */
    static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final int CAP = 5;

    final TestBed bed;

    FaultBed(Path directory, SimulatorConfig config) {
        bed = new TestBed(directory, TestDatabase.H2, config);
        bed.set("skatteetaten.request-timeout", "400ms")
                .set("inntekt.poll-interval", "100ms")
                .set("lookup.first-pause", "20ms")
                .set("lookup.longest-pause", "1s")
                .set("lookup.busy-tries", "4")
                .set("lookup.tries", "2");
    }

    /** With lookups long enough that five are open at once before the processors are busy. */
    FaultBed(Path directory) {
        this(directory, new SimulatorConfig().latency(Latency.constant(40)));
    }

    Simulator simulator() {
        return bed.simulator();
    }

    SimulatedList list() {
        return bed.simulator().list(SERVICE);
    }

    /**
     * @param match YAML in braces
     * @param action YAML in braces
     */
    void fault(String name, String match, String action) {
        simulator().faults().add("{name: " + name + ", match: " + match + ", action: " + action + "}");
    }

    long fired(String name) {
        return simulator().stats().faults().stream()
                .filter(fault -> fault.name().equals(name))
                .mapToLong(Stats.Fault::fired)
                .sum();
    }

    void publishNew(int events) {
        for (int i = 0; i < events; i++) {
            list().publishNew();
        }
    }

    /** What is parked: reason by key. */
    Map<String, String> parked() {
        Map<String, String> result = new HashMap<>();
        bed.jdbc().query("select identifikator, gjelder_periode, reason from parked", row -> {
            result.put(row.getString(1) + "/" + row.getString(2), row.getString(3));
        });
        return result;
    }

    static String key(EventView event) {
        return event.identifikator() + "/" + event.gjelderPeriode();
    }

    /** @return milliseconds until as many calls as are allowed are open at once; new events keep it busy */
    long untilFullSpeed() {
        long began = System.nanoTime();
        simulator().trace(true);
        await().atMost(RECOVERY)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (bed.application().pending(SERVICE, "self") < 20) {
                        publishNew(20);
                    }
                    return simulator().changes().stream()
                            .anyMatch(change -> change.group().equals(SERVICE) && change.inFlight() == CAP);
                });
        long took = (System.nanoTime() - began) / 1_000_000;
        simulator().trace(false);
        return took;
    }

    /** Nothing pending, nothing parked, and for each key exactly what the simulator says now. */
    void everythingDelivered() {
        everythingDeliveredBut(Set.of());
    }

    /** @param parked keys that are parked */
    void everythingDeliveredBut(Set<String> parked) {
        deliveredBut(parked);
        bed.booksBalance(SERVICE);
    }

    /** Where a page has named numbers that the list does not have, more may have been read than the simulator counts. */
    void deliveredBut(Set<String> parked) {
        bed.untilDone(SERVICE, PATIENCE);
        Map<String, String> delivered = new HashMap<>();
        bed.jdbc().query("select identifikator, gjelder_periode, payload from result", row -> {
            delivered.put(row.getString(1) + "/" + row.getString(2), row.getString(3));
        });
        assertEquals(parked, parked().keySet(), "parked");
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < list().size(); i++) {
            EventView event = list().event(i);
            if (!parked.contains(key(event)) && expected.add(key(event))) {
                assertEquals(
                        simulator()
                                .current(SERVICE, event.identifikator(), event.gjelderPeriode())
                                .body(),
                        delivered.get(key(event)));
            }
        }
        delivered.keySet().removeAll(parked);
        assertEquals(expected, new TreeSet<>(delivered.keySet()));
        BalancedBooks.check(bed.application().store().books());
    }

    /** I1, and the rules of use: whatever went wrong. */
    void rulesKept() {
        Stats stats = simulator().stats();
        assertTrue(stats.maxInFlight(SERVICE) <= CAP, "I1: " + stats.maxInFlight(SERVICE) + " calls at once");
        assertEquals(new Stats.Korrelasjonsid(0, 0, 0), stats.korrelasjonsid());
        assertEquals(
                0,
                stats.groups().stream().mapToLong(Stats.Group::insideRetryAfter).sum(),
                "calls inside a Retry-After");
    }

    List<EventView> events() {
        return java.util.stream.IntStream.range(0, list().size())
                .mapToObj(list()::event)
                .toList();
    }

    @Override
    public void close() {
        bed.close();
    }
}

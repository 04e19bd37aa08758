package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code -Dbackfill.events=20000}, as in the profile crash, at length. */
@Tag("crash")
class BackfillTest {
    private static final int EVENTS = Integer.getInteger("backfill.events", 400);
    private static final int SLOTS = 5;
    private static final Duration CALL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    Path directory;

    private final Random random = new Random(7);

    private TestBed bed(TestDatabase database) {
        TestBed bed =
                new TestBed(directory, database, new SimulatorConfig().latency(Latency.parse(CALL.toMillis() + "ms")));
        bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 1, 0.1);
        return bed;
    }

    private static long lookups(TestBed bed) {
        return bed.simulator().stats().lookups().calls();
    }

    private static String report(TestBed bed, long id) {
        return bed.jdbc()
                .queryForObject("select state || ': ' || result from operation where id = ?", String.class, id);
    }

    private static void until(BooleanSupplier seen) {
        long from = System.nanoTime();
        while (!seen.getAsBoolean()) {
            assertTrue(System.nanoTime() - from < Duration.ofMinutes(1).toNanos());
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * @param millis until its lookup has come, since it was published
     * @param others calls for others since it was pending
     */
    private record Delay(long millis, long others) {}

    private Delay delay(TestBed bed) {
        LockSupport.parkNanos((long) (random.nextDouble() * CALL.toNanos() * 4));
        long from = System.nanoTime();
        EventView event = bed.simulator().list("inntekt").publishNew();
        until(() -> bed.application().store().checkpoint("inntekt", "self").orElse(0) >= event.sekvensnummer());
        long before = lookups(bed);
        until(() -> bed.simulator().lookupsOf("inntekt", event.identifikator(), event.gjelderPeriode()) > 0);
        return new Delay((System.nanoTime() - from) / 1_000_000, Math.max(0, lookups(bed) - before - 1));
    }

    private static String figures(List<Delay> delays) {
        List<Long> millis = delays.stream().map(Delay::millis).sorted().toList();
        List<Long> others = delays.stream().map(Delay::others).sorted().toList();
        return "%d events: median %d ms, p95 %d ms, longest %d ms; calls for others between: median %d, most %d"
                .formatted(
                        delays.size(),
                        millis.get(millis.size() / 2),
                        millis.get(millis.size() * 95 / 100),
                        millis.get(millis.size() - 1),
                        others.get(others.size() / 2),
                        others.get(others.size() - 1));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I5, I14: beside a backfill, a live event is looked up at most one call later in each slot than without it")
    void besideATrickle(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("inntekt.poll-interval", "50ms").start().untilDone("inntekt", PATIENCE);
            List<Delay> alone = new ArrayList<>();
            for (int i = 0; i < Math.max(8, EVENTS / 200); i++) {
                alone.add(delay(bed));
            }
            long lookups = lookups(bed);
            String begun = bed.command("backfill", "--service", "inntekt", "--from", "first", "--because", "kit");
            assertTrue(begun.contains("Operation 1"), begun);
            until(() -> lookups(bed) > lookups + 2 * SLOTS);
            List<Delay> beside = new ArrayList<>();
            long last = bed.simulator().list("inntekt").lastSekvensnummer();
            while (lookups(bed) < lookups + EVENTS - 20 * SLOTS) {
                beside.add(delay(bed));
            }
            System.out.printf("%s, without: %s%n%s, with: %s%n", database, figures(alone), database, figures(beside));
            assertTrue(beside.size() >= 3, "events beside it: " + beside.size());
            List<Long> others = beside.stream().map(Delay::others).sorted().toList();
            // In the normal run other tests have the processors in between
            int most = EVENTS > 1000 ? SLOTS : 2 * SLOTS;
            assertTrue(others.get(others.size() / 2) <= most, figures(beside));
            await().atMost(PATIENCE).until(() -> bed.isOver(1));
            assertTrue(last > 0 && report(bed, 1).startsWith("DONE: "), report(bed, 1));
            bed.untilDone("inntekt", PATIENCE);
            assertTrue(bed.command("check", "--books").contains("The books balance"), "I15");
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"backfill", "refetch"})
    @DisplayName(
            "I2, I12, I15: kill -9 in the middle of what was asked for by SQL, beside live events: its report adds up")
    void killedInTheMiddle(String kind) {
        try (TestBed bed = bed(TestDatabase.POSTGRESQL)) {
            bed.set("failover.lease", "2s")
                    .set("skatteetaten.request-timeout", "2s")
                    .set("inntekt.page-size", "100");
            bed.start().untilDone("inntekt", PATIENCE);
            bed.stop();
            long before = lookups(bed);
            bed.jdbc()
                    .update(
                            "insert into operation (kind, service, arguments) values (?, 'inntekt', ?)",
                            kind,
                            kind.equals("backfill") ? "{\"from\": \"first\"}" : "{\"held\": \"true\"}");
            int live = 0;
            try (ChildJob job = bed.child()) {
                for (int part = 1; part <= 2; part++) {
                    int calls = EVENTS * part / 4;
                    await().atMost(PATIENCE).until(() -> lookups(bed) > before + calls);
                    bed.simulator().list("inntekt").publishNew();
                    live++;
                }
                job.kill().exitCode();
            }
            assertTrue(lookups(bed) < before + EVENTS, "in the middle");
            bed.start();
            bed.simulator().list("inntekt").publishNew();
            await().atMost(PATIENCE).until(() -> bed.isOver(1));
            bed.untilDone("inntekt", PATIENCE);
            String expected = "%d of %d looked up, 0 changed, %d unchanged, 0 parked".formatted(EVENTS, EVENTS, EVENTS);
            assertTrue(report(bed, 1).contains(expected), report(bed, 1));
            assertEquals(0, bed.count("operation_key"));
            assertEquals(EVENTS + live + 1, bed.count("result"));
            String books = bed.command("check", "--books");
            assertTrue(books.contains("The books balance"), books);
            assertTrue(books.contains("%,d asked for by operations".formatted(EVENTS)), books);
        }
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import no.delingsruter.model.LaneState;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class OperateTest {
    private static final int KEYS = 600;
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private static String run(TestBed bed, int expected, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int exitCode = OperatorCommands.addTo(
                        new CommandLine(new Delingsruter()), new StoreOperatorAccess(() -> bed.settings()))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        assertEquals(expected, exitCode, out.toString());
        return out.toString();
    }

    private TestBed bed(TestDatabase database) {
        TestBed bed = new TestBed(directory, database, new SimulatorConfig().latency(Latency.parse("20ms")));
        bed.simulator().list("inntekt").generate(KEYS, KEYS, 1, 0.1);
        return bed;
    }

    private static long calls(TestBed bed) {
        return bed.simulator().stats().calls();
    }

    private static LaneState state(TestBed bed, String lookup) {
        return bed.application().operator().states().of("inntekt", "self", lookup);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I12, I16: no call later than a second after pause has returned; it holds over a restart, and resume goes on")
    void pausedAndResumed(TestDatabase database) throws InterruptedException {
        try (TestBed bed = bed(database)) {
            bed.set("watchdog.longest-silence", "500ms").set("skatteetaten.request-timeout", "150ms");
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 50);

            String said = run(bed, 0, "pause", "--service", "inntekt", "--because", "their window tonight");
            assertTrue(said.contains("PAUSED: inntekt") && said.contains("No call begins"), said);
            Thread.sleep(1000);
            long then = calls(bed);
            long position =
                    bed.application().store().checkpoint("inntekt", "self").orElseThrow();
            Thread.sleep(1500);
            assertEquals(then, calls(bed), "no call after a second");
            assertEquals(
                    position,
                    bed.application().store().checkpoint("inntekt", "self").orElseThrow());
            assertTrue(bed.application().pending("inntekt", "self") > 0, "there is work");
            assertEquals(java.util.Map.of(), bed.application().alerts().open(), "neither stalled nor in trouble");

            bed.stop();
            bed.start();
            Thread.sleep(500);
            assertEquals(then, calls(bed), "it holds over a restart");
            assertTrue(run(bed, 0, "operations").contains("their window tonight"));

            run(bed, 0, "resume", "--service", "inntekt");
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(KEYS, bed.count("result"));
            assertTrue(run(bed, 0, "check", "--books").contains("The books balance"), "I15");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I11: instances says who works on what, under which epoch, and for how long")
    void instances(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 0);
            String said = run(bed, 0, "instances");
            if (database == TestDatabase.H2) {
                assertTrue(said.contains("One process alone works on an H2 store: the one that answers this."), said);
            } else {
                assertTrue(said.matches("(?s)Instance \\S+, version \\S+, at work since \\S+.*"), said);
                assertTrue(said.matches("(?s).*\\ninntekt +self +\\S+ +1  RUNNING +\\S+Z +[0-9.]+ s\\R.*"), said);
                bed.stop();
                assertTrue(run(bed, 0, "instances").contains("No instance is at work."));
                assertTrue(run(bed, 0, "instances").contains("nobody"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("What drains reads no list, looks up what is pending, and is then stopped; start goes on")
    void drained(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("inntekt.page-size", "200").start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 20);
            String said = run(bed, 0, "drain", "--because", "move to another machine");
            assertTrue(said.contains("DRAINING: all services"), said);
            await().atMost(A_MINUTE).until(() -> state(bed, "") == LaneState.STOPPED);
            assertEquals(0, bed.application().pending("inntekt", "self"));
            long read = bed.application().store().checkpoint("inntekt", "self").orElseThrow();
            bed.simulator().list("inntekt").publish("01810000001", "2024-03");
            long then = calls(bed);
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(() -> calls(bed) == then);
            assertEquals(
                    read,
                    bed.application().store().checkpoint("inntekt", "self").orElseThrow());
            run(bed, 0, "start");
            bed.untilDone("inntekt", A_MINUTE);
        }
    }

    @Test
    @DisplayName(
            "I12: a row written by SQL is carried out by the job, once; what cannot be is on record with its reason")
    void byRow() {
        try (TestBed bed = bed(TestDatabase.POSTGRESQL)) {
            bed.start();
            bed.jdbc().update("insert into operation (kind, service, reason) values ('stop', 'inntekt', 'by hand')");
            await().atMost(A_MINUTE).until(() -> state(bed, "inntekt") == LaneState.STOPPED);
            bed.jdbc().update("insert into operation (kind, service) values ('pause', 'inntket')");
            bed.jdbc().update("insert into operation (kind, arguments) values ('pause', 'nonsense')");
            bed.jdbc().update("insert into operation (kind) values ('fly')");
            await().atMost(A_MINUTE)
                    .until(() -> bed.jdbc()
                                    .queryForObject(
                                            "select count(*) from operation where state = 'FAILED'", Integer.class)
                            == 3);
            String list = run(bed, 0, "operations");
            assertTrue(list.contains("No service inntket runs; there is inntekt."), list);
            assertTrue(list.contains("not a JSON object"), list);
            assertTrue(list.contains("There is no such kind; there is"), list);
            assertEquals(
                    1,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from operation where kind = 'stop' and state = 'DONE' and owner is not null and finished_at is not null",
                                    Integer.class));
        }
    }

    @Test
    @DisplayName("What is asked for while no job runs holds from its next start")
    void whileNoJobRuns() {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.start().stop();
            long before = calls(bed);
            String said = run(bed, 0, "stop", "--lookup", "inntekt", "--because", "before the start");
            assertTrue(said.contains("holds from its next start"), said);
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                                    .store()
                                    .checkpoint("inntekt", "self")
                                    .orElse(0)
                            >= bed.simulator().list("inntekt").lastSekvensnummer());
            assertEquals(LaneState.STOPPED, state(bed, "inntekt"));
            assertEquals(LaneState.RUNNING, state(bed, ""), "the list is read");
            assertTrue(calls(bed) > before);
        }
    }

    @Test
    @DisplayName(
            "A planned window pauses when it opens and resumes by itself when it ends; a mistake is said and not on record")
    void plannedWindow() {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.start();
            LocalDateTime from =
                    LocalDateTime.now(ZoneId.systemDefault()).plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
            String said = run(
                    bed,
                    0,
                    "pause",
                    "--from",
                    from.toString(),
                    "--to",
                    from.plusSeconds(3).toString(),
                    "--because",
                    "their maintenance");
            assertTrue(said.contains("PAUSED: all services, from "), said);
            assertFalse(said.contains("No call begins"), said);
            assertEquals(LaneState.RUNNING, state(bed, "inntekt"));
            assertTrue(run(bed, 0, "operations").contains("Planned: all services is PAUSED from"));
            await().atMost(A_MINUTE).until(() -> state(bed, "inntekt") == LaneState.PAUSED);
            await().atMost(A_MINUTE).until(() -> state(bed, "inntekt") == LaneState.RUNNING);
            bed.untilDone("inntekt", A_MINUTE);

            assertTrue(run(bed, 2, "pause").contains("--because"));
            assertTrue(run(bed, 1, "pause", "--because", "x", "--from", "22:00").contains("both --from and --to"));
            assertTrue(run(bed, 1, "pause", "--because", "x", "--from", "soon", "--to", "later")
                    .contains("22:00"));
            assertTrue(
                    run(bed, 1, "stop", "--because", "x", "--service", "intekt").contains("there is inntekt"));
            assertTrue(run(bed, 2, "stop", "--because", "about 01810000001").contains("not to name persons"));
            assertEquals(1, bed.count("operation"));
        }
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class ParkedCommandTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final List<String> REFUSED = List.of("01810000001", "01810000002", "01810000003");

    @TempDir
    Path directory;

    private static void publish(TestBed bed) {
        bed.simulator().list("inntekt").generate(20, 20, 1, 0.1);
        for (String person : REFUSED) {
            bed.simulator().list("inntekt").publish(person, "2024-03");
            bed.simulator()
                    .faults()
                    .add("{\"name\": \"" + person + "\", \"match\": {\"call\": \"lookup\", \"identifikator\": \""
                            + person
                            + "\"}, \"action\": {\"type\": \"status\", \"status\": 400, \"kode\": \"IM-004\"}}");
        }
        bed.set("lookup.tries", "2");
    }

    private static String run(TestBed bed, int expected, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int exitCode = new CommandLine(new ParkedCommand(
                        new StoreOperatorAccess(() -> bed.application().settings())))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        assertEquals(expected, exitCode, out.toString());
        return out.toString();
    }

    @Test
    @DisplayName("PostgreSQL: listed, shown, replayed through the same door and discarded while the job runs")
    void whileTheJobRuns() {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            publish(bed);
            bed.start().untilDone("inntekt", A_MINUTE);
            String list = run(bed, 0, "list");
            assertTrue(list.contains("3 parked") && list.contains("400 IM-004 from inntekt"), list);
            assertTrue(REFUSED.stream().noneMatch(list::contains), "a keyed hash instead");
            Matcher key = Pattern.compile("self +([0-9a-f]{12}) ").matcher(list);
            assertTrue(key.find(), list);
            assertTrue(run(bed, 0, "list", "--key", key.group(1)).contains("1 parked"));
            assertTrue(run(bed, 0, "list", "--kode", "IM-006").contains("0 parked"));
            assertTrue(run(bed, 0, "show", "--kode", "IM-004").contains("korrelasjonsid"));
            assertTrue(REFUSED.stream().noneMatch(run(bed, 0, "show", "--all")::contains));
            assertTrue(REFUSED.stream().allMatch(run(bed, 0, "show", "--all", "--reveal")::contains));
            assertTrue(run(bed, 2, "replay").contains("Say which"));
            assertTrue(run(bed, 2, "discard", "--all").contains("--because"));

            bed.simulator().faults().clear();
            assertTrue(run(bed, 0, "replay", "--key", "000000000000").contains("nothing that is parked fits"));
            assertTrue(run(bed, 0, "replay", "--key", key.group(1)).contains("1 pending again"));
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 21);
            assertEquals(2, bed.count("parked"));
            assertTrue(run(bed, 0, "discard", "--service", "inntekt", "--because", "not ours")
                    .contains("2 discarded"));
            assertTrue(run(bed, 0, "list").contains("0 parked"));
            assertTrue(run(bed, 0, "show", "--all", "--discarded").contains("because         not ours"));
            assertEquals(2, bed.count("parked"), "kept on record");
            assertTrue(bed.simulator().stats().maxInFlight("inntekt") <= 5, "I1");
            assertEquals(0, bed.simulator().stats().korrelasjonsid().reused());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I5: events that a step of the route failed on, or that were unusable, pass the mended route when they are replayed, once")
    void replayedThroughAMendedRoute(TestDatabase database) throws IOException {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            String good = Files.readString(route);
            Files.writeString(route, good.replace("""
                          steps:
                            - to:
                                uri: kamelet:pending-lookup-sink
                                parameters:
                    """, """
                          steps:
                            - filter:
                                expression:
                                  simple:
                                    expression: "${body[identifikator]} == '01810000001'"
                                steps:
                                  - throwException:
                                      exceptionType: java.lang.IllegalArgumentException
                                      message: "${body[identifikator]}"
                            - filter:
                                expression:
                                  simple:
                                    expression: "${body[identifikator]} == '01810000002'"
                                steps:
                                  - setBody:
                                      expression:
                                        constant:
                                          expression: "not an event"
                            - to:
                                uri: kamelet:pending-lookup-sink
                                parameters:
                    """));
            assertFalse(Files.readString(route).equals(good));
            bed.simulator().list("inntekt").generate(20, 20, 1, 0.1);
            REFUSED.forEach(person -> bed.simulator().list("inntekt").publish(person, "2024-03"));
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(2, bed.count("parked"), run(bed, 0, "list"));
            assertEquals(21, bed.count("result"));

            assertTrue(run(bed, 0, "replay", "--all").contains("2 never came as far as a lookup"));
            await().atMost(A_MINUTE)
                    .until(() -> bed.jdbc()
                                    .queryForObject(
                                            "select count(*) from parked where replay_requested_at is null",
                                            Integer.class)
                            == 2);
            assertEquals(
                    21,
                    bed.simulator().stats().lookups().calls(),
                    "still fails: parked again, and nothing is looked up");

            bed.stop();
            Files.writeString(route, good);
            bed.start();
            assertTrue(run(bed, 0, "replay", "--service", "inntekt").contains("2 never came as far as a lookup"));
            await().atMost(A_MINUTE).until(() -> bed.count("parked") == 0);
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(23, bed.count("result"));
            assertEquals(23, bed.count("result_history"), "once");
            assertEquals(23, bed.simulator().stats().lookups().calls());
            assertEquals(
                    bed.simulator().list("inntekt").lastSekvensnummer(),
                    bed.application().store().checkpoint("inntekt", "self").orElse(0));
        }
    }

    @Test
    @DisplayName(
            "Embedded store: a second process has the running job do it, and opens the store itself when no job runs")
    void embeddedStore() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            publish(bed);
            try (ChildJob job = bed.child()) {
                // Each look is a process of its own
                await().atMost(A_MINUTE)
                        .until(() -> bed.simulator().stats().lookups().keys() >= 20 + REFUSED.size() || !job.alive());
                await().atMost(A_MINUTE).until(() -> {
                    try (ChildJob list = bed.child("parked", "list")) {
                        return (list.exitCode() == 0 && list.output().contains("3 parked")) || !job.alive();
                    }
                });
                assertTrue(job.alive(), job.output());
                Path folder = operatorFolder();
                assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
                try (ChildJob show = bed.child("parked", "show", "--all", "--reveal")) {
                    assertEquals(0, show.exitCode());
                    assertTrue(REFUSED.stream().allMatch(show.output()::contains), show.output());
                }
                try (ChildJob wrong = bed.child("parked", "replay", "--no-such-option")) {
                    assertEquals(2, wrong.exitCode());
                    assertTrue(wrong.output().contains("Unknown option"), wrong.output());
                }
                bed.simulator().faults().clear();
                long before = bed.simulator().stats().lookups().calls();
                try (ChildJob replay = bed.child("parked", "replay", "--kode", "IM-004", "--from", "1")) {
                    assertEquals(0, replay.exitCode(), replay.output());
                    assertTrue(replay.output().contains("3 pending again"), replay.output());
                }
                await().atMost(A_MINUTE)
                        .until(() -> bed.simulator().stats().lookups().calls() == before + 3);
                assertTrue(job.output().contains("An operator has run 'parked replay', exit code 0"), job.output());
                assertTrue(
                        REFUSED.stream().noneMatch(job.output()::contains),
                        "revealed to the operator's terminal, not to the log");
                job.kill().exitCode();
                assertTrue(Files.exists(folder.resolve("socket")), "left behind");
                try (ChildJob list = bed.child("parked", "list")) {
                    assertEquals(0, list.exitCode(), list.output());
                    assertTrue(list.output().contains("0 parked"), list.output());
                }
            }
        }
    }

    @Test
    void noStoreIsMadeByLooking() {
        try (TestBed bed = TestBed.withoutStore(directory, TestDatabase.H2);
                ChildJob list = bed.child("parked", "list")) {
            assertEquals(2, list.exitCode());
            assertTrue(list.output().contains("store.url: there is no store at"), list.output());
            assertFalse(files().stream().anyMatch(file -> file.toString().endsWith(".mv.db")));
        }
    }

    private Path operatorFolder() {
        return files().stream()
                .filter(file -> file.toString().endsWith(".operator"))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

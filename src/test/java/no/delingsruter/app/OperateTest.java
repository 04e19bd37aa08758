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
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
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
    private static final int KEYS = 150;
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private static String run(TestBed bed, int expected, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int exitCode = OperatorCommands.addTo(
                        new CommandLine(new Delingsruter()), new StoreOperatorAccess(bed::settings))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        assertEquals(expected, exitCode, out.toString());
        return out.toString();
    }

    private TestBed bed(TestDatabase database) {
        TestBed bed = new TestBed(directory, database, new SimulatorConfig().latency(Latency.parse("40ms")));
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
            "Is it up to date? status tells state, position, what waits for how long, how long it takes, and what is in trouble")
    void status(TestDatabase database) throws Exception {
        try (TestBed bed = bed(database)) {
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 50);
            var working = new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(run(bed, 0, "status", "--json"))
                    .at("/lists/0");
            assertEquals("RUNNING", working.path("state").asText());
            assertTrue(
                    working.path("pending").asLong() > 0
                            && working.path("position").asLong() > 0,
                    working.toString());
            run(bed, 0, "pause", "--because", "their window tonight");
            String paused = run(bed, 0, "status");
            assertTrue(paused.contains("PAUSED") && paused.contains("unknown"), paused);
            assertTrue(paused.contains("their window tonight)"), paused);
            run(bed, 0, "resume");
            bed.untilDone("inntekt", A_MINUTE);
            String done = run(bed, 0, "status", "--json");
            assertTrue(done.contains("\"pending\":0,\"lagSeconds\":0,\"secondsLeft\":0,\"parked\":0"), done);
            bed.simulator().faults().add("{match: {call: list}, action: {type: status, status: 403}}");
            await().atMost(A_MINUTE)
                    .until(() -> !bed.application().alerts().open().isEmpty());
            if (database == TestDatabase.H2) {
                // Beside PostgreSQL, the command is no part of the job, whose troubles are its own
                await().atMost(A_MINUTE)
                        .untilAsserted(() -> assertTrue(run(bed, 1, "status").contains("Event list of inntekt: 403")));
            }
        }
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
            bed.set("inntekt.page-size", "100").start();
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

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "A planned window pauses when it opens and resumes by itself when it ends; a mistake is said and not on record")
    void plannedWindow(TestDatabase database) {
        try (TestBed bed = bed(database)) {
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

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I3, I15: the position moves while the service is stopped, from the old value alone; what is read again is counted again")
    void position(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            long last = bed.simulator().list("inntekt").lastSekvensnummer();
            String[] move = {"position", "set", "--service", "inntekt", "--because", "from the start", "--to"};
            assertTrue(run(bed, 1, with(move, "first")).contains("Stop it first"));
            run(bed, 0, "stop", "--service", "inntekt", "--because", "to move it");
            assertTrue(run(bed, 1, with(move, "first", "--expect", "17")).contains("the position is " + last));
            String dry = run(bed, 0, with(move, "2000-01-01", "--dry-run"));
            assertTrue(dry.contains(last + " would become 0 (up to"), dry);
            assertEquals(last, checkpoint(bed));
            bed.simulator().list("inntekt").publish("01810000001", "2024-03");
            String today = run(bed, 0, with(move, "now", "--dry-run"));
            assertTrue(today.contains(last + " would become "), today);

            String moved = run(bed, 0, with(move, "2000-01-01", "--expect", Long.toString(last)));
            assertTrue(moved.contains(last + " -> 0 ("), moved);
            assertEquals(0, checkpoint(bed));
            assertTrue(run(bed, 0, "position", "show").contains("STOPPED"));
            long lookups = bed.simulator().stats().lookups().calls();
            run(bed, 0, "start");
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(KEYS + 1, bed.simulator().stats().lookups().calls() - lookups);
            String books = run(bed, 0, "check", "--books");
            assertTrue(books.contains(2 * KEYS + 1 + " read") && books.contains("The books balance"), books);
            assertEquals(KEYS + 1, bed.count("result"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I5, I15: what is held is looked up again, planned first and behind events, with a report that adds up")
    void refetched(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            long lookups = bed.simulator().stats().lookups().calls();
            String plan = run(bed, 0, "refetch", "--held", "--plan");
            assertTrue(plan.contains("nothing made: " + KEYS + " lookups, 0 h 0 min"), plan);
            String begun = run(bed, 0, "refetch", "--held", "--because", "our rettighetspakke changed");
            assertTrue(begun.contains(KEYS + " lookups") && begun.contains("true now"), begun);

            long id = operation(bed, "refetch");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > lookups + 50);
            assertTrue(run(bed, 0, "operations", "pause", "--id", "" + id).contains("PAUSED"));
            await().atMost(A_MINUTE).until(() -> bed.application().pending("inntekt", "self") == 0);
            long paused = bed.simulator().stats().lookups().calls();
            assertTrue(paused < lookups + KEYS, "it stood still before the end");
            bed.simulator().list("inntekt").publish("01810000001", "2024-03");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() == paused + 1);
            run(bed, 0, "operations", "resume", "--id", "" + id);
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            String list = run(bed, 0, "operations");
            assertTrue(
                    list.contains(
                            "%1$d of %1$d looked up, 0 changed, %1$d unchanged, 0 parked; 0 of them were pending already"
                                    .formatted(KEYS)),
                    list);
            assertEquals(lookups + KEYS + 1, bed.simulator().stats().lookups().calls(), "I5");
            assertEquals(0, bed.count("operation_key"));
            String books = run(bed, 0, "check", "--books");
            assertTrue(books.contains(KEYS + " asked for by operations") && books.contains("The books balance"), books);
        }
    }

    @Test
    @DisplayName("I8: persons from a file are looked up again, and named neither by the record nor by what is printed")
    void refetchedByFile() throws java.io.IOException {
        try (TestBed bed = bed(TestDatabase.POSTGRESQL)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            java.util.List<String> persons = bed.jdbc()
                    .queryForList("select identifikator from result order by 1 fetch first 3 rows only", String.class);
            Path file = directory.resolve("keys.csv");
            java.nio.file.Files.writeString(
                    file,
                    "identifikator;gjelderPeriode\n" + persons.get(0) + "\n" + persons.get(1) + ";;\n" + persons.get(2)
                            + "\n01819999999\n01818888888;2024-03\n");
            long lookups = bed.simulator().stats().lookups().calls();
            String said = run(bed, 0, "refetch", "--keys", file.toString(), "--because", "asked by the case worker");
            assertTrue(said.contains("4 lookups") && said.contains("1 name nothing that is held"), said);
            long id = operation(bed, "refetch");
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            assertEquals(lookups + 4, bed.simulator().stats().lookups().calls(), "I5");
            String list = run(bed, 0, "operations");
            assertTrue(list.contains("4 of 4 looked up, 1 changed, 3 unchanged"), list);
            String record = bed.jdbc().queryForList("select * from operation").toString();
            persons.forEach(person -> assertFalse((said + list + record).contains(person)));
            java.nio.file.Files.writeString(file, "not a person at all\n");
            assertTrue(run(bed, 1, "refetch", "--keys", file.toString(), "--because", "x")
                    .contains("names no column identifikator"));
            java.nio.file.Files.writeString(file, "identifikator\n1810012345\n");
            assertTrue(run(bed, 1, "refetch", "--keys", file.toString(), "--because", "x")
                    .contains("line 2: its identifikator has ten digits"));
        }
    }

    @Test
    @DisplayName(
            "I2: lookups that need the event are left out of a refetch of what is held or named, and said; one parked with its event is asked for")
    void refetchedWithoutEvent() throws java.io.IOException {
        try (TestBed bed = bed(TestDatabase.POSTGRESQL)) {
            String parked = "01810000002";
            bed.set("lookup.tries", "1");
            bed.set(
                    "inntekt.lookup-path",
                    "/v1/{rettighetspakke}/{identifikator}/inntekter?fraOgMed={gjelderPeriode}"
                            + "&tilOgMed={gjelderPeriode}&som={event.hendelsetype}");
            bed.start().untilDone("inntekt", A_MINUTE);
            fault(bed, parked, 400, "IM-004");
            bed.simulator().list("inntekt").publish(parked, "2024-03");
            await().atMost(A_MINUTE).until(() -> bed.count("parked") == 1);
            long lookups = bed.simulator().stats().lookups().calls();
            String left = KEYS + " of inntekt/inntekt, whose lookups need the event itself: `backfill`";
            String plan = run(bed, 0, "refetch", "--held", "--plan");
            assertTrue(plan.contains("nothing made: 0 lookups") && plan.contains(left), plan);
            run(bed, 0, "refetch", "--held", "--because", "x");
            long held = operation(bed, "refetch");
            await().atMost(A_MINUTE).until(() -> bed.isOver(held));
            assertTrue(run(bed, 0, "operations").contains("0 of 0 looked up"));
            assertTrue(run(bed, 0, "operations").contains(left), "the report has it too");
            Path file = java.nio.file.Files.writeString(directory.resolve("keys.csv"), "01818888888,2024-03\n");
            String named = run(bed, 0, "refetch", "--keys", file.toString(), "--because", "x");
            assertTrue(named.contains("left out: 1 of inntekt/inntekt"), named);
            assertEquals(lookups, bed.simulator().stats().lookups().calls(), "nothing is asked without its event");
            String again = run(bed, 0, "refetch", "--kode", "IM-004", "--because", "x");
            assertTrue(again.contains("1 lookups") && !again.contains("left out"), again);
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > lookups);
            assertEquals(1, bed.count("parked"));
        }
    }

    @Test
    @DisplayName("Which lookups need the event: their sinks say so")
    void needingEvent() {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.set("services", "inntekt,folkeregisteret")
                    .set("folkeregisteret.lookups", "person,hendelsesdokument,persondokument");
            assertEquals(
                    java.util.Set.of(
                            new Scope("folkeregisteret", "self", "hendelsesdokument"),
                            new Scope("folkeregisteret", "self", "persondokument")),
                    Catalogue.read(bed.routes())
                            .needingEvent(bed.settings(), java.util.List.of("inntekt", "folkeregisteret")));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I8: explain says why a person's data is there or not and what happens next, and names nobody")
    void explained(TestDatabase database) throws java.io.IOException {
        try (TestBed bed = bed(database)) {
            bed.set("lookup.tries", "2")
                    .set("inntekt.follow", "watched")
                    .set("inntekt.start", "first")
                    .set("inntekt.watch-periods", "none");
            String refused = "01810000002";
            String busy = "01810000003";
            fault(bed, refused, 400, "IM-004");
            fault(bed, busy, 500, "X");
            bed.set("lookup.first-pause", "1h").set("lookup.longest-pause", "2h");
            bed.start();
            for (String person : java.util.List.of(refused, busy, "01810000001")) {
                bed.jdbc().update("insert into watch (service, identifikator) values ('inntekt', ?)", person);
                bed.simulator().list("inntekt").publish(person, "2024-03");
            }
            bed.simulator().list("inntekt").publish("01810000009", "2024-03");
            await().atMost(A_MINUTE).until(() -> bed.count("result") >= 1 && failed(bed) >= 2);
            assertTrue(explain(bed, "01810000001").contains("delivered to the store: found, version 1"));
            String waits = explain(bed, busy);
            assertTrue(
                    waits.contains("2024-03:  PENDING: 1 events have asked")
                            && waits.contains("1 failed tries, the last: 500 from inntekt")
                            && waits.contains("next:     the lookup is tried again at "),
                    waits);
            bed.jdbc().update("update lookup_state set due_at = current_timestamp where identifikator = ?", refused);
            await().atMost(A_MINUTE).until(() -> bed.count("parked") >= 1);
            String parked = explain(bed, refused);
            assertTrue(parked.contains("after 2 tries") && parked.contains("400 IM-004"), parked);
            assertTrue(parked.contains("next:     `parked replay --id "), parked);
            String unknown = explain(bed, "01810000009");
            assertTrue(unknown.contains("NOT watched") && unknown.contains("no event is on record"), unknown);
            run(bed, 0, "pause", "--because", "tonight");
            assertTrue(explain(bed, busy).contains("next:     nothing while it is PAUSED"));
            assertTrue(
                    run(bed, 2, "explain", "--from", directory.resolve("none").toString())
                            .contains("cannot be read"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I3, I5: a part of the list is read again through the route's steps, and its events looked up; it goes on after a restart")
    void backfilled(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("inntekt.page-size", "100").start().untilDone("inntekt", A_MINUTE);
            long last = checkpoint(bed);
            long lookups = bed.simulator().stats().lookups().calls();
            String[] all = {"backfill", "--service", "inntekt", "--from", "first"};
            String plan = run(bed, 0, with(all, "--plan"));
            assertTrue(plan.contains("up to " + last + " events; at most ") && plan.contains("nothing made"), plan);
            assertTrue(
                    run(bed, 1, "backfill", "--from", "first", "--because", "x").contains("give --service"));

            run(bed, 0, with(all, "--because", "from the start"));
            long id = operation(bed, "backfill");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > lookups + 50);
            bed.stop();
            bed.start();
            bed.simulator().list("inntekt").publish("01810000001", "2024-03");
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            bed.untilDone("inntekt", A_MINUTE);
            String list = run(bed, 0, "operations");
            assertTrue(
                    list.contains(
                            "%1$d events read, 0 of which a step failed on; %1$d of %1$d looked up".formatted(KEYS)),
                    list);
            assertEquals(lookups + KEYS + 1, bed.simulator().stats().lookups().calls(), "I5");
            assertEquals(bed.simulator().list("inntekt").lastSekvensnummer(), checkpoint(bed), "I3");
            String books = run(bed, 0, "check", "--books");
            assertTrue(books.contains(KEYS + " asked for by operations") && books.contains("The books balance"), books);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I9: what is held is delivered again to one endpoint without a call, with the same idempotencyKey and the header redelivery")
    void deliveredAgain(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("delivery.endpoints", "direct:database,direct:file").start().untilDone("inntekt", A_MINUTE);
            java.util.Set<String> before = idempotencyKeys(bed.lines());
            assertEquals(KEYS, bed.lines().size());
            long calls = bed.simulator().stats().lookups().calls();
            assertTrue(run(bed, 1, "deliver-again", "--endpoint", "direct:nobody", "--because", "x")
                    .contains("not delivered there"));
            run(bed, 0, "deliver-again", "--endpoint", "direct:file", "--because", "the files were lost");
            long id = operation(bed, "deliver-again");
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            java.util.List<String> lines = bed.lines();
            assertEquals(2 * KEYS, lines.size());
            assertEquals(before, idempotencyKeys(lines));
            assertEquals(
                    KEYS,
                    lines.stream()
                            .filter(line -> line.contains("\"redelivery\":true"))
                            .count());
            assertEquals(calls, bed.simulator().stats().lookups().calls(), "no call");
            run(bed, 0, "deliver-again", "--service", "inntekt", "--because", "to all");
            long all = operation(bed, "deliver-again");
            await().atMost(A_MINUTE).until(() -> bed.isOver(all));
            assertEquals(3 * KEYS, bed.lines().size());
            assertEquals(KEYS, bed.count("result"));
            assertEquals(KEYS, bed.count("result_history"), "no version more");
            assertTrue(run(bed, 0, "operations").contains(KEYS + " of " + KEYS + " results delivered again"));
        }
    }

    private static java.util.Set<String> idempotencyKeys(java.util.List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll(".*\"idempotencyKey\":\"(\\w+)\".*", "$1"))
                .collect(java.util.stream.Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I12, I15: what is cancelled finishes what it has under way, and its report adds up; what waits ends at once")
    void cancelled(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            long lookups = bed.simulator().stats().lookups().calls();
            run(bed, 0, "refetch", "--held", "--because", "our rettighetspakke changed");
            long id = operation(bed, "refetch");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > lookups + 20);
            String said = run(bed, 0, "operations", "cancel", "--id", "" + id, "--because", "not now");
            assertTrue(said.contains("Operation " + id + ": CANCELL"), said);
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            bed.untilDone("inntekt", A_MINUTE);
            long made = bed.simulator().stats().lookups().calls() - lookups;
            assertTrue(made < KEYS, "it ended before all was done: " + made);
            String record = bed.jdbc()
                    .queryForObject("select state || ' ' || result from operation where id = ?", String.class, id);
            assertTrue(record.startsWith("CANCELLED ") && record.contains(made + " of " + KEYS + " looked up"), record);
            assertEquals(0, bed.count("operation_key"));
            assertTrue(run(bed, 1, "operations", "cancel", "--id", "" + id).contains("is over: CANCELLED"));

            run(bed, 0, "pause", "--because", "x");
            run(bed, 0, "backfill", "--service", "inntekt", "--from", "first", "--because", "x");
            long waits = operation(bed, "backfill");
            run(bed, 0, "operations", "cancel", "--id", "" + waits);
            await().atMost(A_MINUTE).until(() -> bed.isOver(waits));
            assertEquals(lookups + made, bed.simulator().stats().lookups().calls());
            run(bed, 0, "resume");
            assertTrue(run(bed, 0, "check", "--books").contains("The books balance"), "I15");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I15, I16: an operation whose service does not run waits and says so; it goes on when that is back, or is cancelled and leaves nothing behind")
    void serviceGone(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("tilleggsskatt.rettighetspakke", "test").start().untilDone("inntekt", A_MINUTE);
            long lookups = bed.simulator().stats().lookups().calls();
            run(bed, 0, "refetch", "--service", "inntekt", "--held", "--because", "x");
            long id = operation(bed, "refetch");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > lookups + 20);
            bed.stop();
            bed.set("services", "tilleggsskatt").start();
            await().atMost(A_MINUTE)
                    .until(() -> run(bed, 0, "operations")
                            .contains("waits until inntekt runs here again: " + KEYS + " lookups"));
            boolean back = database == TestDatabase.H2;
            if (back) {
                bed.stop();
                bed.set("services", "inntekt").start();
            } else {
                run(bed, 0, "operations", "cancel", "--id", "" + id);
            }
            await().atMost(A_MINUTE).until(() -> bed.isOver(id));
            assertEquals(
                    back ? "DONE" : "CANCELLED",
                    bed.jdbc().queryForObject("select state from operation where id = ?", String.class, id));
            assertEquals(0, bed.count("pending_lookup"), "nothing that nobody would look up");
            assertEquals(0, bed.count("operation_key"));
            assertTrue(run(bed, 0, "check", "--books").contains("The books balance"), "I15");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I16: refetch and deliver-again of everything end, and say that they left out what does not run any more")
    void notOfWhatRuns(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("delivery.endpoints", "direct:database,direct:file").start().untilDone("inntekt", A_MINUTE);
            for (String table : java.util.List.of("lookup_state", "result")) {
                bed.jdbc()
                        .update("update " + table
                                + " set service = 'gone' where identifikator in (select identifikator from"
                                + " (select min(identifikator) as identifikator from " + table + ") one)");
            }
            int gone = bed.jdbc().queryForObject("select count(*) from result where service = 'gone'", Integer.class);
            String left = "left out: " + gone + " of gone/inntekt, which does not run";
            for (String kind : java.util.List.of("refetch", "deliver-again")) {
                run(
                        bed,
                        0,
                        kind.equals("refetch")
                                ? new String[] {kind, "--held", "--because", "x"}
                                : new String[] {kind, "--because", "x"});
                long id = operation(bed, kind);
                await().atMost(A_MINUTE).until(() -> bed.isOver(id));
                String said = bed.jdbc().queryForObject("select result from operation where id = ?", String.class, id);
                assertTrue(said.contains((KEYS - gone) + " of " + (KEYS - gone)) && said.contains(left), said);
            }
            assertEquals(0, bed.count("operation_key"));
        }
    }

    private String explain(TestBed bed, String person) throws java.io.IOException {
        Path file = directory.resolve("person");
        java.nio.file.Files.writeString(file, person + "\n");
        String said = run(bed, 0, "explain", "--from", file.toString());
        assertFalse(said.contains(person), "I8");
        assertTrue(run(bed, 0, "explain", "--from", file.toString(), "--reveal").contains(person));
        return said;
    }

    private static int failed(TestBed bed) {
        return bed.jdbc().queryForObject("select count(*) from lookup_state where attempts = 1", Integer.class);
    }

    private static void fault(TestBed bed, String person, int status, String kode) {
        bed.simulator()
                .faults()
                .add("{\"name\": \"" + person + "\", \"match\": {\"call\": \"lookup\", \"identifikator\": \"" + person
                        + "\"}, \"action\": {\"type\": \"status\", \"status\": " + status + ", \"kode\": \"" + kode
                        + "\"}}");
    }

    private static long operation(TestBed bed, String kind) {
        return bed.jdbc().queryForObject("select max(id) from operation where kind = ?", Long.class, kind);
    }

    private static long checkpoint(TestBed bed) {
        return bed.application().store().checkpoint("inntekt", "self").orElseThrow();
    }

    private static String[] with(String[] some, String... more) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(some), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }
}

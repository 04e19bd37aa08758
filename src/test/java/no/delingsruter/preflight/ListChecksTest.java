package no.delingsruter.preflight;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.app.ChildJob;
import no.delingsruter.app.TestBed;
import no.delingsruter.preflight.Finding.Level;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.skatteetaten.list.ScriptedList;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A check asks each list for the last number that was read, and says how it stands")
class ListChecksTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final ScriptedList list = new ScriptedList();

    private static void readTo20(TestBed bed) {
        bed.start();
        await().atMost(A_MINUTE)
                .until(() ->
                        bed.application().store().checkpoint("inntekt", "self").orElse(0) == 20);
    }

    private void found(TestBed bed, Level level, String said, int calls) {
        List<Finding> findings = new ArrayList<>();
        int before = list.asked().size();
        new Preflight(bed.settings(), bed.routes(), false).lists(findings::add);
        assertTrue(
                findings.stream()
                        .anyMatch(finding -> finding.level() == level
                                && finding.what().equals("list")
                                && finding.detail().contains(said)),
                () -> level + " " + said + " is not among " + findings);
        assertEquals(2, findings.size(), "the token, and the list: " + findings);
        assertEquals(calls, list.asked().size() - before, () -> list.asked().toString());
    }

    @ParameterizedTest
    @CsvSource({"H2, false", "POSTGRESQL, true"})
    @DisplayName(
            "I13, I16: there, gone, begun anew, an empty page in the middle: each with its cure, and nothing moves")
    void stands(TestDatabase database, boolean exclusive) {
        try (list;
                TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.set("skatteetaten.url.inntekthendelser", list.url()).set("inntekt.page-size", "50");
            list.exclusive = exclusive;
            found(bed, Level.OK, "it answers", 1);
            list.events(1, 20);
            readTo20(bed);
            bed.stop();
            found(bed, Level.OK, "it answers the last number read (20); there is nothing new", 2);
            list.start = "{\"sekvensnummer\":5}";
            found(bed, Level.OK, "it answers the last number read (20); there is nothing new", 2);
            list.events(25, 30);
            found(bed, Level.OK, "it answers the last number read (20), and goes on after it at 25", 1);

            list.clear();
            list.events(25, 30);
            found(
                    bed,
                    Level.WARNING,
                    "(20) is gone, but the list goes on after it at 25 and is followed from there",
                    1);

            list.clear();
            list.events(1, 3).start = "{\"sekvensnummer\":2}";
            found(bed, Level.WRONG, "today's events begin at 2. It seems to have begun anew", 2);
            list.start = null;
            found(bed, Level.WRONG, "its first event has the number 1. It seems to have begun anew", 3);
            list.clear();
            found(bed, Level.WRONG, "it is empty. It seems to have begun anew", 3);
            found(bed, Level.WRONG, "move its position (position set --service inntekt --to first)", 3);

            list.numbersOnly = true;
            list.events(1, 20).events(2000, 2004).start = "{\"sekvensnummer\":2000}";
            found(bed, Level.WARNING, "a page after it is empty, and today's events begin at 2000", 2);
            found(bed, Level.WARNING, "a larger inntekt.page-size makes fewer calls", 2);

            // Moved by hand, in a store of a version that noted nothing of what was read
            bed.jdbc().update("update checkpoint set sekvensnummer = 2010");
            bed.jdbc().update("alter table checkpoint drop column seen");
            found(bed, Level.WRONG, "its position (2010) is beyond the list's end", 2);
            list.start = null;
            found(bed, Level.WRONG, "its first event has the number 1", 3);
            found(bed, Level.WRONG, "move its position (position set --service inntekt --to first", 3);
            list.clear();
            found(bed, Level.OK, "it answers; there is nothing new", 3);
            list.events(2009, 2009);
            found(bed, Level.OK, "it answers; there is nothing new", 2);
            assertEquals(2010, bed.jdbc().queryForObject("select sekvensnummer from checkpoint", Long.class));
        }
    }

    @Test
    @DisplayName("I1: check --lists asks the lists alone, and none beside a running job")
    void command() throws Exception {
        try (list;
                TestBed bed = new TestBed(directory)) {
            list.events(1, 20);
            bed.set("skatteetaten.url.inntekthendelser", list.url()).set("inntekt.poll-interval", "1h");
            readTo20(bed);
            bed.untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> list.asked().stream().anyMatch(query -> query.contains("/start")));
            int asked = list.asked().size();
            try (ChildJob check = bed.child("check", "--lists")) {
                assertEquals(0, check.exitCode());
                assertTrue(check.output().contains("not called: a job works on this store"), check.output());
            }
            assertTrue(list.asked().size() <= asked + 1, list.asked()::toString);
            bed.stop();
            try (ChildJob check = bed.child("check", "--lists")) {
                assertEquals(0, check.exitCode());
                assertTrue(check.output().contains("it answers the last number read (20)"), check.output());
                assertTrue(check.output().contains("2 ok, 0 to look at, 0 wrong."), check.output());
            }
        }
    }
}

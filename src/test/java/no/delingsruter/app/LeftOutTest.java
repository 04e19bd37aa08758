package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.Books;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class LeftOutTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String DELIVERY = "        - to:\n            uri: direct:delivery\n";
    private static final String SINK = "        - to:\n            uri: kamelet:pending-lookup-sink\n";

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I17: routes that end before anything takes a result stop the lane after one call, says which route it is, and loses nothing")
    void deliveryForgotten() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            String whole = Files.readString(route);
            Files.writeString(route, whole.replace("direct:delivery", "direct:nowhere") + """
                    - route:
                        id: nowhere
                        from:
                          uri: direct:nowhere
                          steps:
                            - to: log:nowhere?level=OFF
                    """);
            bed.simulator().list("inntekt").generate(40, 40, 5, 0);
            bed.set("inntekt.poll-interval", "5s").set("lookup.workers", "10").start();
            await().atMost(A_MINUTE).until(() -> bed.application().alerts().standstill());
            String reason = bed.application().alerts().open().get("inntekt");
            assertTrue(reason.contains("has come to the end of route nowhere"), reason);
            assertTrue(bed.simulator().stats().lookups().calls() <= 10, "those that were under way");
            assertEquals(40, bed.application().pending("inntekt", "self"));
            assertEquals(0, bed.count("parked"));
            bed.stop();
            Files.writeString(route, whole);
            bed.set("inntekt.poll-interval", "200ms").start().untilDone("inntekt", A_MINUTE);
            assertEquals(40, bed.count("result"));
        }
    }

    @Test
    @DisplayName(
            "I15, I17: what filters leave out before and after the lookup is counted by route, and the books balance")
    void filters() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            Files.writeString(
                    route,
                    filtered(
                            filtered(Files.readString(route), SINK, "${body[gjelderPeriode]} != '2023-05'"),
                            DELIVERY,
                            "${header.gjelderPeriode} != '2024-06'"));
            for (int person = 1; person <= 30; person++) {
                bed.simulator()
                        .list("inntekt")
                        .publish(
                                String.format("0181001%04d", person),
                                person % 3 == 0 ? "2023-05" : person % 3 == 1 ? "2024-05" : "2024-06");
            }
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(10, bed.count("result"));
            assertEquals(
                    Map.of("read", 30L, "left out: inntekt-hendelser", 10L, "left out: results", 10L, "delivered", 10L),
                    bed.application().store().books().read().get(0).amounts());
            assertEquals(
                    Map.of("inntekt-hendelser", 10L, "inntekt-oppslag", 10L),
                    bed.application().statistics().of("inntekt", "self").leftOut());
        }
    }

    @Test
    @DisplayName("I17: a step after a filter does not turn what the filter left out into results that nothing takes")
    void stepAfterFilter() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path delivery = bed.routes().resolve("delivery.camel.yaml");
            String text = Files.readString(delivery);
            Files.writeString(
                    delivery, text.replaceFirst("\n- route:\n    id: database", "\n        - log: \"done\"$0"));
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            Files.writeString(
                    route, filtered(Files.readString(route), DELIVERY, "${header.gjelderPeriode} != '2024-06'"));
            Files.writeString(route, Files.readString(route) + "        - log: \"done\"\n");
            bed.simulator().list("inntekt").publish("01810010001", "2024-05");
            bed.simulator().list("inntekt").publish("01810010001", "2024-06");
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(1, bed.count("result"));
            assertFalse(bed.application().alerts().standstill());
        }
    }

    @Test
    @DisplayName("I15, null control: a step that swallows events is seen as a route that leaves them out")
    void swallowed() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            Files.writeString(route, Files.readString(route).replace(SINK, "        - stop: {}\n" + SINK));
            bed.simulator().list("inntekt").generate(30, 20, 5, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            Books.Balance balance = bed.application().store().books().read().get(0);
            assertEquals(Map.of("read", 30L, "left out: inntekt-hendelser", 30L), balance.amounts());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I15: check --books prints the books while the job runs; what was deleted behind our back is said by it, hourly and once")
    void checkBooks(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.simulator().list("inntekt").generate(30, 20, 5, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            String books = check(bed, 0);
            assertTrue(books.contains("inntekt: 30 read = 10 coalesced + 20 delivered"), books);
            assertTrue(books.contains("The books balance."), books);
            bed.jdbc()
                    .update("delete from lookup_state where done_delivered = 1 and identifikator ="
                            + " (select min(identifikator) from lookup_state)");
            assertTrue(check(bed, 1).contains("inntekt: 30 have come in, 2"), "both numbers");
            Alerts alerts = new Alerts();
            try (BooksCheck check = new BooksCheck(bed.application().store().books(), alerts, () -> true)) {
                check.check();
                String said = alerts.open().get("Books of inntekt");
                assertTrue(said.matches("30 have come in, 2\\d are accounted for; it began before this start"), said);
                assertFalse(alerts.standstill(), "a difference never stops the work");
            }
        }
    }

    private static String check(TestBed bed, int expected) {
        StringWriter out = new StringWriter();
        int exitCode = new CommandLine(new CheckCommand(
                        new StoreOperatorAccess(() -> bed.application().settings())))
                .setOut(new PrintWriter(out, true))
                .execute("--books");
        assertEquals(expected, exitCode, out.toString());
        return out.toString();
    }

    @Test
    @DisplayName("I17: a route that leaves out everything for 1,000 events says so once")
    void leavesOutEverything() {
        Statistics.Counts counts = new Statistics().of("inntekt", "self");
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            for (int i = 0; i < 1_500; i++) {
                counts.leftOut("inntekt-hendelser", 1);
                if (i == 400) {
                    counts.cameThrough("inntekt-hendelser");
                }
            }
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line ->
                                    line.contains("inntekt: inntekt-hendelser has left out all of the last 1000"))
                            .count());
        }
    }

    /** The step inside of a filter. */
    private static String filtered(String text, String step, String condition) {
        int from = text.indexOf(step);
        int to = text.indexOf("\n- route:", from);
        String inside = (to < 0 ? text.substring(from) : text.substring(from, to + 1)).replaceAll("(?m)^", "      ");
        String filter =
                "        - filter:\n            expression:\n              simple:\n                expression: \""
                        + condition + "\"\n            steps:\n";
        return text.substring(0, from) + filter + inside.stripTrailing() + "\n"
                + (to < 0 ? "" : text.substring(to + 1));
    }
}

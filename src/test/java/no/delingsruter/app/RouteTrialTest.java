package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import no.delingsruter.app.TrialReport.Kind;
import no.delingsruter.app.TrialReport.Step;
import no.delingsruter.configuration.Settings;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A route is tried with one event: nothing is stored, called outside or delivered")
class RouteTrialTest {
    private static final String PERSON = "01810012345";
    private static final String EVENT =
            "{\"sekvensnummer\": 7, \"identifikator\": \"" + PERSON + "\", \"gjelderPeriode\": \"2024-05\"}";

    @TempDir
    Path directory;

    static Stream<String> services() {
        return new Catalogue().lists().stream().map(ListApi::id);
    }

    @ParameterizedTest
    @MethodSource("services")
    @DisplayName("Each shipped route takes a simulator's event to its delivery")
    void shipped(String service) {
        Map<String, String> own = new LinkedHashMap<>();
        CatalogueServicesTest.unpublished(service, own);
        TrialReport report = RouteTrial.of(settings(own), file(service)).run();
        assertTrue(report.works(), report::toString);
        List<Step> delivered = report.of(Kind.DELIVERED);
        assertFalse(delivered.isEmpty(), report::toString);
        assertEquals("-> statement:newest", delivered.get(0).step());
        assertEquals(service, delivered.get(0).headers().get("service"));
    }

    @Test
    @DisplayName("An event of one's own for a list whose array stands alone")
    void bareArray() {
        TrialReport report = RouteTrial.of(settings(Map.of()), file("aktoerregister"))
                .event("{\"sekvensnummer\":0,\"aktoerId\":{\"aktoerId\":\"" + PERSON
                        + "\",\"identtype\":\"PERSONNUMMER\"}}")
                .answer("{\"kontonummer\":{}}".getBytes(StandardCharsets.UTF_8))
                .run();
        assertTrue(report.works(), report::toString);
        assertEquals(1, report.of(Kind.DELIVERED).size(), report::toString);
    }

    private static Path file(String service) {
        Path example = Path.of("routes", "examples", service + ".camel.yaml");
        return Files.exists(example) ? example : Path.of("routes", service + ".camel.yaml");
    }

    @Test
    @DisplayName(
            "I8: an event and an answer of one's own, to a receiver that is not called; masked unless asked otherwise")
    void ownEvent() throws IOException {
        Settings settings = settings(Map.of(
                "delivery.endpoint.1", "http:localhost:1/secretly?x=topsecret", "delivery.endpoint.2", "direct:file"));
        TrialReport report = RouteTrial.of(settings, Path.of("routes/inntekt.camel.yaml"))
                .event(EVENT)
                .answer("{\"note\": \"mine\"}".getBytes(StandardCharsets.UTF_8))
                .run();
        assertTrue(report.works(), report::toString);
        assertEquals(
                List.of("-> http://localhost:1/secretly", "-> a line of a file in file.directory"),
                report.of(Kind.DELIVERED).stream().map(Step::step).toList());
        assertTrue(report.text(true).contains(PERSON));
        assertTrue(report.text(true).contains("{\"note\": \"mine\"}"));
        assertFalse(report.text(false).contains(PERSON), report::toString);
        assertFalse(report.text(true).contains("topsecret"));
        assertFalse(Files.exists(Path.of("out")), "nothing is written");
    }

    @Test
    @DisplayName(
            "I5: when asked for, the one lookup of the event is made at the API by the configured key; still nothing is stored or delivered")
    void callingTheApi() {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").publish(PERSON, "2024-05");
            bed.writeSettings();
            Settings settings = Settings.load(bed.config(), null, Map.of(), new Properties());
            TrialReport report = RouteTrial.of(settings, bed.routes().resolve("inntekt.camel.yaml"))
                    .event(EVENT)
                    .callingSkatteetaten()
                    .run();
            assertTrue(report.works(), report::toString);
            assertEquals(1, bed.simulator().stats().lookups().calls());
            assertEquals(2, bed.simulator().stats().calls(), "the token and the lookup; no list is read");
            assertTrue(
                    report.text(true)
                            .contains(bed.simulator()
                                    .current("inntekt", PERSON, "2024-05")
                                    .body()
                                    .substring(0, 40)),
                    report::toString);
            assertFalse(Files.exists(directory.resolve("data")), "no store is made");
        }
    }

    @Test
    @DisplayName("What a filter leaves out is said with its place and its condition; what fails, with its reason")
    void leftOutAndFailed() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path file = bed.routes().resolve("inntekt.camel.yaml");
            String shipped = Files.readString(file);
            String sink = "        - to:\n            uri: kamelet:pending-lookup-sink";
            String rest = shipped.substring(shipped.indexOf(sink), shipped.lastIndexOf("- route:"));
            Files.writeString(
                    file, shipped.replace(rest, filter("2024") + filter("2025") + rest.replaceAll("(?m)^", "      ")));
            TrialReport report =
                    RouteTrial.of(settings(Map.of()), file).event(EVENT).run();
            List<Step> leftOut = report.of(Kind.LEFT_OUT);
            assertEquals(1, leftOut.size(), report::toString);
            assertTrue(
                    leftOut.get(0).place().endsWith("inntekt.camel.yaml:23"),
                    leftOut.get(0).place());
            assertEquals(
                    "left out: this does not hold: ${body[gjelderPeriode]} >= '2025'",
                    leftOut.get(0).said());

            String delivery = "        - to:\n            uri: direct:delivery";
            String broken =
                    "        - setBody:\n            expression:\n              simple:\n                expression: \"${body.noSuchThing}\"\n";
            Files.writeString(
                    file,
                    shipped.replace(
                            delivery,
                            "        - filter:\n            expression:\n              simple:\n                expression: \"${header.change} == 'x'\"\n            steps:\n              - log: \"x\"\n"
                                    + broken + delivery));
            TrialReport failed =
                    RouteTrial.of(settings(Map.of()), file).event(EVENT).run();
            assertEquals(List.of(), failed.of(Kind.LEFT_OUT), "the route went on after a filter of its own");
            assertEquals(1, failed.of(Kind.FAILED).size(), failed::toString);
            assertTrue(failed.of(Kind.FAILED).get(0).said().contains("noSuchThing"), failed::toString);
            assertEquals(List.of(), failed.of(Kind.DELIVERED));
        }
    }

    private static String filter(String from) {
        String filter =
                "        - filter:\n            expression:\n              simple:\n                expression: \"${body[gjelderPeriode]} >= '"
                        + from + "'\"\n            steps:\n";
        return from.equals("2024") ? filter + "              - log: \"kept\"\n" : filter;
    }

    private static Settings settings(Map<String, String> own) {
        return Settings.load(Path.of("config"), null, Map.of(), new Properties())
                .with(own);
    }
}

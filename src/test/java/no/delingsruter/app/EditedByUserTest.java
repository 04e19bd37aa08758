package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the README and docs/routes.md tell a user to edit, edited in the same way")
class EditedByUserTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LIST_STEPS = """
                  steps:
                    - to:
                        uri: kamelet:pending-lookup-sink
                        parameters:
                          service: inntekt
                          lookup: inntekt
                          period: month
            """;

    @TempDir
    Path directory;

    @Test
    @DisplayName("From database to file: one line of config/application.properties")
    void fromDatabaseToFile() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            replace(
                    bed.config().resolve("application.properties"),
                    "delivery.endpoints=direct:database",
                    "delivery.endpoints=direct:file");
            bed.simulator().list("inntekt").generate(30, 20, 5, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(0, bed.count("result"));
            assertEquals(20, bed.lines().size());
            JsonNode line = JSON.readTree(bed.lines().get(0));
            assertEquals("inntekt", line.get("service").asText());
            assertEquals(
                    JSON.readTree(bed.simulator()
                            .current(
                                    "inntekt",
                                    line.get("identifikator").asText(),
                                    line.get("gjelderPeriode").asText())
                            .body()),
                    line.get("payload"));
            assertEquals(
                    20,
                    bed.lines().stream()
                            .map(EditedByUserTest::key)
                            .collect(Collectors.toSet())
                            .size());
        }
    }

    @Test
    @DisplayName("I2, I3: a filter between list and lookup leaves events out, and the checkpoint passes them")
    void filterBetweenListAndLookup() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            replace(bed.routes().resolve("inntekt.camel.yaml"), LIST_STEPS, filter("README.md"));
            for (int person = 1; person <= 20; person++) {
                bed.simulator()
                        .list("inntekt")
                        .publish(String.format("0181001%04d", person), person % 2 == 0 ? "2023-05" : "2024-05");
            }
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(
                    Set.of("2024-05"),
                    Set.copyOf(bed.jdbc().queryForList("select gjelder_periode from result", String.class)));
            assertEquals(10, bed.count("result"));
            assertEquals(10, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("A step that makes an object of the payload loses none of it: what is delivered is JSON again")
    void unmarshalled() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            replace(
                    bed.routes().resolve("inntekt.camel.yaml"),
                    "        - to:\n            uri: direct:delivery\n",
                    "        - unmarshal:\n            json: {}\n        - to:\n            uri: direct:delivery\n");
            bed.set("delivery.endpoint.1", "direct:database").set("delivery.endpoint.2", "direct:file");
            bed.simulator().list("inntekt").generate(1, 1, 1, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            JsonNode line = JSON.readTree(bed.lines().get(0));
            JsonNode given = JSON.readTree(bed.simulator()
                    .current(
                            "inntekt",
                            line.get("identifikator").asText(),
                            line.get("gjelderPeriode").asText())
                    .body());
            assertEquals(given, line.get("payload"));
            assertEquals(given, JSON.readTree(bed.jdbc().queryForObject("select payload from result", String.class)));
        }
    }

    @Test
    @DisplayName("The route that README.md prints works as it stands there")
    void theRouteOfTheReadme() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Files.writeString(bed.routes().resolve("inntekt.camel.yaml"), printed("README.md", "- route:"));
            bed.simulator().list("inntekt").generate(20, 10, 1, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(10, bed.count("result"));
        }
    }

    @Test
    @DisplayName("The demo with the filter of README.md looks up the half that is left")
    void demoWithTheFilterOfTheReadme() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            replace(bed.routes().resolve("inntekt.camel.yaml"), LIST_STEPS, filter("README.md"));
            try (ChildJob demo = bed.child("demo", "--events", "40", "--keys", "40", "--latency", "0ms")) {
                assertEquals(0, demo.exitCode(), demo.output());
                assertTrue(demo.output().contains("The simulator counted 20 lookups of 20 keys"), demo.output());
            }
        }
    }

    @Test
    @DisplayName("A step between lookup and delivery may change the message")
    void stepBetweenLookupAndDelivery() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            String delivery = "        - to:\n            uri: direct:delivery\n";
            replace(bed.routes().resolve("inntekt.camel.yaml"), delivery, """
                            - setBody:
                                expression:
                                  constant:
                                    expression: '{"emptied":true}'
                    """ + delivery);
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(
                    Set.of("{\"emptied\":true}"),
                    Set.copyOf(bed.jdbc().queryForList("select payload from result", String.class)));
        }
    }

    @Test
    @DisplayName("I2, I7: an event that a step of the user's own fails on is parked, and the others go on")
    void aStepThatFailsOnOneEvent() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            replace(
                    bed.routes().resolve("inntekt.camel.yaml"),
                    "      steps:\n        - to:\n            uri: kamelet:pending-lookup-sink\n",
                    """
                          steps:
                            - filter:
                                expression:
                                  simple:
                                    expression: "${body[identifikator]} == '01810100007'"
                                steps:
                                  - throwException:
                                      exceptionType: java.lang.IllegalArgumentException
                                      message: "${body[identifikator]}"
                            - to:
                                uri: kamelet:pending-lookup-sink
                    """);
            for (int person = 1; person <= 20; person++) {
                bed.simulator().list("inntekt").publish(String.format("0181010%04d", person), "2024-05");
            }
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(19, bed.count("result"));
            String reason = bed.jdbc().queryForObject("select reason from parked", String.class);
            assertTrue(
                    reason.matches(
                                    "a step failed at .*inntekt.camel.yaml:22, route inntekt-hendelser, throwException: .*")
                            && reason.endsWith(": *** (IllegalArgumentException)"),
                    reason);
        }
    }

    private static String filter(String page) throws IOException {
        return printed(page, "      steps:\n        - filter:");
    }

    /** The first YAML of the page that begins so. */
    private static String printed(String page, String beginning) throws IOException {
        Matcher yaml = Pattern.compile("```yaml\n(" + Pattern.quote(beginning) + "\n[\\s\\S]*?)```")
                .matcher(Files.readString(Path.of(page)));
        assertTrue(yaml.find(), page + " prints no such YAML");
        return yaml.group(1);
    }

    private static String key(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return json.get("identifikator").asText()
                    + json.get("gjelderPeriode").asText();
        } catch (IOException e) {
            throw new IllegalStateException("half a line", e);
        }
    }

    private static void replace(Path file, String before, String after) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(before), file + " has changed; change README.md and docs/routes.md too");
        Files.writeString(file, text.replace(before, after));
    }
}

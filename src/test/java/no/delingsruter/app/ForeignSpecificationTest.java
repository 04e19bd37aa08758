package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another system's specification of the same job, Statistics Norway's of 2021 for skattemelding fastsatt, said in our configuration. */
class ForeignSpecificationTest {
    private static final Path SPECIFICATION =
            Path.of("../shared/reference/data/ssb-ske-sirius-person-fastsatt-spec-prod.json");
    private static final String SERVICE = "skattemeldingfastsatt";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    @DisplayName("A service equal to it is expressible: XML, pages of 100, snapshots, and its old codes as results")
    void expressible() throws IOException {
        assumeTrue(Files.exists(SPECIFICATION), "the other system's specification is not at hand: " + SPECIFICATION);
        JsonNode specification = JSON.readTree(SPECIFICATION.toFile());
        try (TestBed bed = new TestBed(directory)) {
            Map<String, String> keys = keys(specification);
            assertEquals(
                    Map.of(
                            "skatteetaten.format",
                            "xml",
                            SERVICE + ".rettighetspakke",
                            "ssb",
                            SERVICE + ".page-size",
                            "100",
                            SERVICE + ".snapshot",
                            "true",
                            "outcome.skattemelding.404.SM-001",
                            "none",
                            "outcome.skattemelding.404.SM-002",
                            "none",
                            "outcome.skattemelding.410.SM-013",
                            "deleted"),
                    keys);
            keys.forEach(bed::set);
            bed.set("services", SERVICE)
                    .set("delivery.endpoints", "direct:database, direct:file")
                    .set("delivery.unchanged", "deliver");

            var list = bed.simulator().list(SERVICE);
            list.generate(Generation.of(250, 200).seed(11).gaps(0.2));
            Map<String, String> answered = new HashMap<>();
            int at = 0;
            for (String code : List.of("404 SM-001", "404 SM-002", "410 SM-013")) {
                String person = list.event(at++).identifikator();
                answered.put(person, code.startsWith("404") ? "none" : "deleted");
                bed.simulator()
                        .faults()
                        .add("{match: {call: lookup, identifikator: '" + person + "'}, action: {type: status, status: "
                                + code.substring(0, 3) + ", kode: " + code.substring(4) + "}}");
            }
            bed.start().untilDone(SERVICE, Duration.ofMinutes(1));

            assertEquals(250, bed.simulator().stats().lookups().calls(), "a snapshot for each event");
            assertTrue(bed.simulator().stats().group(SERVICE, "310000001").listCalls() >= 3, "pages of 100");
            Map<String, Long> latest = new TreeMap<>();
            for (JsonNode line : lines(bed)) {
                String key = line.get("identifikator").asText() + " "
                        + line.get("gjelderPeriode").asText();
                long number = line.get("sekvensnummer").asLong();
                assertTrue(latest.getOrDefault(key, 0L) < number, "in event order for each key");
                latest.put(key, number);
                String outcome = answered.getOrDefault(line.get("identifikator").asText(), "found");
                assertEquals(outcome, line.get("outcome").asText());
                assertTrue(!outcome.equals("found")
                        || line.get("payload")
                                .asText()
                                .contains("urn:no:skatteetaten:datasamarbeid:skattemeldingutflatet"));
            }
            assertEquals(200, latest.size());
            assertEquals(0, bed.count("parked"));
        }
    }

    private static List<JsonNode> lines(TestBed bed) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : bed.lines()) {
            lines.add(JSON.readTree(line));
        }
        assertEquals(250, lines.size(), "a delivery for each event");
        return lines;
    }

    /** Our configuration keys, from the other system's words. */
    private static Map<String, String> keys(JsonNode specification) {
        Map<String, String> keys = new HashMap<>();
        JsonNode context = specification.at("/configure/0");
        assertEquals("fastsatt", context.at("/variables/hendelse").asText());
        keys.put("skatteetaten.format", context.at("/headers/accept/0").asText().endsWith("/xml") ? "xml" : "json");
        keys.put(
                SERVICE + ".rettighetspakke",
                context.at("/variables/rettighetspakke").asText());
        keys.put(
                SERVICE + ".page-size",
                context.at("/variables/hentAntallMeldingerOmGangen").asText());
        JsonNode lookup = specification.at("/functions/fastsatt-melding");
        keys.put(
                SERVICE + ".snapshot",
                Boolean.toString(
                        lookup.at("/url").asText().contains("?gjelderPaaTidspunkt=${registreringstidspunkt}")));
        lookup.at("/responseValidators/0/success").properties().forEach(status -> {
            for (JsonNode code : status.getValue()) {
                keys.put(
                        "outcome.skattemelding." + status.getKey() + "."
                                + code.get("equalToStringLiteral").asText(),
                        status.getKey().equals("410") ? "deleted" : "none");
            }
        });
        return keys;
    }
}

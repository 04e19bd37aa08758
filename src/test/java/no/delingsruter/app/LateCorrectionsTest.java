package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.store.TestDatabase;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LateCorrectionsTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String PERSON = "01810000001";

    @TempDir
    Path directory;

    @Test
    @DisplayName("A receiver tells first, changed, unchanged and deleted apart, and finds the version before")
    void theVersionBefore() throws IOException {
        try (TestBed bed = new TestBed(directory)
                .set("delivery.endpoints", "direct:database, direct:file")
                .set("delivery.unchanged", "deliver")) {
            var list = bed.simulator().list("inntekt");
            list.publish(PERSON, "2024-03");
            bed.start().untilDone("inntekt", A_MINUTE);
            list.publish(PERSON, "2024-03");
            bed.untilDone("inntekt", A_MINUTE);
            list.publish(PERSON, "2024-03", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", A_MINUTE);
            list.publish(PERSON, "2024-03", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", A_MINUTE);

            List<JsonNode> lines = lines(bed);
            assertEquals(
                    List.of("first 1", "changed 2", "deleted 3", "unchanged 3"),
                    lines.stream()
                            .map(line -> line.get("change").asText() + " "
                                    + line.get("version").asInt())
                            .toList());
            for (JsonNode line : lines.subList(1, 3)) {
                String before = bed.jdbc()
                        .queryForObject(
                                "select payload_hash from result_history where identifikator = ? and gjelder_periode = ?"
                                        + " and version = ?",
                                String.class,
                                line.get("identifikator").asText(),
                                line.get("gjelderPeriode").asText(),
                                line.get("version").asInt() - 1);
                assertEquals(
                        lines.get(line.get("version").asInt() - 2)
                                .get("payloadHash")
                                .asText(),
                        before);
                assertNotEquals(line.get("payloadHash").asText(), before);
            }
            assertEquals(3, bed.count("result_history"));
            assertEquals(3, bed.jdbc().queryForObject("select version from result", Integer.class));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I9: a database that is told of a version again, after a kill and with newer data, shows each version once and the newest data")
    void toldAgain(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.start();
            ProducerTemplate deliver = bed.application().camel().createProducerTemplate();
            for (String told : List.of("1 a", "2 b", "3 c", "2 d", "4 e")) {
                Map<String, Object> headers = new HashMap<>(Map.of(
                        "service",
                        "inntekt",
                        "organisation",
                        "self",
                        "lookup",
                        "inntekt",
                        "identifikator",
                        PERSON,
                        "gjelderPeriode",
                        "2024-03",
                        "qualifier",
                        "",
                        "sekvensnummer",
                        9L,
                        "outcome",
                        "found",
                        "change",
                        "changed",
                        "incomplete",
                        false));
                headers.putAll(Map.of(
                        "version",
                        Integer.parseInt(told.substring(0, 1)),
                        "payloadHash",
                        told.substring(2),
                        "korrelasjonsid",
                        "id",
                        "fetchedAt",
                        "2024-04-01T00:00:00Z"));
                deliver.sendBodyAndHeaders("direct:database", "{}".getBytes(StandardCharsets.UTF_8), headers);
            }
            assertEquals(
                    List.of("1 a", "2 b", "3 d", "4 e"),
                    bed.jdbc()
                            .queryForList(
                                    "select concat(version, ' ', payload_hash) from result_history order by version",
                                    String.class));
            assertEquals("e", bed.jdbc().queryForObject("select payload_hash from result", String.class));
        }
    }

    @Test
    @DisplayName("A month before the 10th of the next is marked incomplete")
    void incomplete() throws IOException {
        YearMonth now = YearMonth.now(ZoneId.of("Europe/Oslo"));
        try (TestBed bed = new TestBed(directory).set("delivery.endpoints", "direct:database, direct:file")) {
            bed.simulator().list("inntekt").publish(PERSON, now.toString());
            bed.simulator().list("inntekt").publish(PERSON, now.minusMonths(2).toString());
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(
                    List.of(now.minusMonths(2) + " false", now + " true"),
                    lines(bed).stream()
                            .map(line -> line.get("gjelderPeriode").asText() + " "
                                    + line.get("incomplete").asBoolean())
                            .sorted()
                            .toList());
            assertEquals(
                    List.of(false, true),
                    bed.jdbc().queryForList("select incomplete from result order by gjelder_periode", Boolean.class));
        }
    }

    private static List<JsonNode> lines(TestBed bed) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : bed.lines()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }
}

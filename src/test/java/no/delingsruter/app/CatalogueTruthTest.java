package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the catalogue was wrong, or may become so: what an operator then loses, and what he is told. */
@Isolated("its log is all that happens meanwhile")
class CatalogueTruthTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String FASTSATT = "skattemeldingfastsatt";

    @TempDir
    Path directory;

    private TestBed bed(String service) {
        return new TestBed(directory)
                .set("services", service)
                .set(service + ".rettighetspakke", "test")
                .set(service + ".poll-interval", "200ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {FASTSATT, "skattemeldingutkast"})
    @DisplayName(
            "I2: events of 2021 to 2026 are each asked of the year's own version; years without one are parked with the key that names it, and stop nobody")
    void everyYearItsVersion(String service) {
        try (TestBed bed = bed(service)) {
            // All of 2021 first, so that their parking cannot be taken for a fault of all
            for (int year = 2021; year <= 2026; year++) {
                for (int person = 10; person < 30; person++) {
                    bed.simulator().list(service).publish("018100000" + person, String.valueOf(year));
                }
            }
            bed.start().untilDone(service, A_MINUTE);
            Map<String, String> found = bed
                    .jdbc()
                    .queryForList(
                            "select gjelder_periode, outcome, count(*) as n from result group by gjelder_periode, outcome")
                    .stream()
                    .collect(Collectors.toMap(
                            row -> row.get("GJELDER_PERIODE") + " " + row.get("OUTCOME"), row -> "" + row.get("N")));
            assertEquals(Map.of("2022 found", "20", "2023 found", "20", "2024 found", "20", "2025 found", "20"), found);
            assertEquals(
                    List.of("2021 20 1", "2026 20 1"),
                    bed.jdbc()
                            .queryForList(
                                    "select concat(gjelder_periode, ' ', count(*), ' ', max(attempts)) from parked group by gjelder_periode order by 1",
                                    String.class));
            assertEquals(
                    service + ".version.2026 is missing: no version of skattemelding is known for that year",
                    bed.jdbc()
                            .queryForObject(
                                    "select distinct reason from parked where gjelder_periode = '2026'", String.class));
            assertEquals(80, bed.simulator().stats().lookups().calls());
            assertTrue(bed.application().alerts().open().isEmpty());
        }
    }

    @Test
    @DisplayName(
            "Most of a year's lookups find nothing although their events say NY: said once, with the year, the version and the key")
    void wrongVersion() {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(FASTSATT).set(FASTSATT + ".version.2022", "v5")) {
            for (int person = 100; person < 250; person++) {
                bed.simulator().list(FASTSATT).publish("01810000" + person, "2022");
                bed.simulator().list(FASTSATT).publish("01810000" + person, "2024");
            }
            bed.start().untilDone(FASTSATT, A_MINUTE);
            List<String> said = log.lines().stream()
                    .filter(line -> line.contains("found nothing"))
                    .toList();
            assertEquals(1, said.size(), said.toString());
            assertTrue(
                    said.get(0).contains(FASTSATT + ", lookup skattemelding-fastsatt: 51 of the first ")
                            && said.get(0).contains(" lookups of 2022 (version v5) found nothing")
                            && said.get(0).contains("set " + FASTSATT + ".version.2022"),
                    said.get(0));
            assertEquals(
                    150,
                    bed.application()
                            .statistics()
                            .of(FASTSATT, "self")
                            .contradictions
                            .sum());
        }
    }

    @Test
    @DisplayName(
            "What an event does not say is no contradiction: Inntekt's have no hendelsetype, and half a year's may be gone")
    void noContradiction() {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed("inntekt")
                        .set("services", "inntekt," + FASTSATT)
                        .set(FASTSATT + ".rettighetspakke", "test")
                        .set(FASTSATT + ".poll-interval", "200ms")) {
            bed.simulator().list("inntekt").generate(Generation.of(150, 150).unknown(1));
            bed.simulator().list(FASTSATT).generate(Generation.of(200, 200).unknown(0.3));
            bed.start().untilDone("inntekt", A_MINUTE).untilDone(FASTSATT, A_MINUTE);
            assertFalse(String.join("\n", log.lines()).contains("found nothing"));
        }
    }

    private static String record(int number, String skyldner, String id) {
        return "{\"sekvensnummer\":" + number + "," + skyldner + ",\"" + id + "\":\"t" + number
                + "\",\"trekkversjon\":1}";
    }

    private void lists(TestBed bed, String body) throws JsonProcessingException {
        bed.simulator()
                .faults()
                .add(new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "match",
                                Map.of("call", "list", "first", 1),
                                "action",
                                Map.of(
                                        "type",
                                        "status",
                                        "status",
                                        200,
                                        "contentType",
                                        "application/json",
                                        "body",
                                        body))));
    }

    @Test
    @DisplayName(
            "Trekkpålegg: a consumer's records, whose skyldner is a text, and those with an object are both delivered")
    void bothShapes() throws Exception {
        try (TestBed bed = bed("trekkpaalegg")) {
            lists(
                    bed,
                    IntStream.rangeClosed(1, 19)
                            .mapToObj(i -> i % 2 == 0
                                    ? record(i, "\"skyldner\":\"01810012345\"", "trekkid")
                                    : record(
                                            i,
                                            "\"skyldner\":{\"identifikator\":\"01810012345\"}",
                                            "trekkpaaleggsidentifikator"))
                            .collect(Collectors.joining(",", "[", "]")));
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 19);
            assertEquals(0, bed.count("parked"));
            assertEquals(
                    List.of("01810012345"),
                    bed.jdbc().queryForList("select distinct identifikator from result", String.class));
        }
    }

    @Test
    @DisplayName("All records of a page fail for one missing field: field and key are named, and the key mends it")
    void oneMissingField() throws Exception {
        String page = IntStream.rangeClosed(1, 19)
                .mapToObj(i -> record(i, "\"debitor\":\"01810012345\"", "trekkid"))
                .collect(Collectors.joining(",", "[", "]"));
        try (TestBed bed = bed("trekkpaalegg").set("trekkpaalegg.poll-interval", "1h")) {
            lists(bed, page);
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> !bed.application().alerts().open().isEmpty());
            String reason = bed.application().alerts().open().get("Event list of trekkpaalegg");
            assertTrue(
                    reason.contains(
                            "the event has no skyldner or skyldner.identifikator; set trekkpaalegg.identifikator-field"),
                    reason);
            assertEquals(0, bed.count("parked"));
            bed.stop();
            lists(bed, page);
            bed.set("trekkpaalegg.identifikator-field", "debitor")
                    .set("trekkpaalegg.poll-interval", "200ms")
                    .start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 19);
        }
    }

    @Test
    @DisplayName("I8: a list's 400 shows what the server says, without numbers of persons")
    void listSaysWhy() {
        try (TestBed bed = bed("inntekt")) {
            bed.simulator()
                    .faults()
                    .add(
                            "{match: {call: list}, action: {type: status, status: 400, contentType: application/json, body: '{\"kode\":\"FA-004\",\"melding\":\"antall må være 1-10000, ikke for 01810012345\"}'}}");
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> !bed.application().alerts().open().isEmpty());
            String reason = bed.application().alerts().open().get("Event list of inntekt");
            assertTrue(
                    reason.contains("400 FA-004 from inntekthendelser (it says: antall må være 1-10000, ikke for ***)"),
                    reason);
        }
    }

    @Test
    @DisplayName("I7: a 401 that new tokens do not help against may mean missing access, and says so beside the token")
    void missingAccess() {
        try (TestBed bed = bed("inntekt")) {
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.simulator().faults().add("{match: {call: lookup}, action: {type: status, status: 401, kode: IM-004}}");
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .getOrDefault("inntekt", "")
                            .contains("access is missing"));
            String reason = bed.application().alerts().open().get("inntekt");
            assertTrue(
                    reason.contains("the token is no good here") && reason.contains("scope skatteetaten:inntekt"),
                    reason);
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName(
            "A systembruker's grant is taken for the organisation that has approved us; for another the cure is said")
    void systembruker() {
        try (TestBed bed = bed("trekkpaalegg")
                .set("organisations", "314000004,314000005")
                .set("organisation.314000004.maskinporten.systembruker", "314000004")
                .set("organisation.314000005.maskinporten.systembruker", "314000005")) {
            bed.simulator().systembruker("314000004");
            bed.simulator().list("trekkpaalegg").generate(10, 10, 1, 0);
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 10);
            assertEquals(10, bed.simulator().list("trekkpaalegg").size());
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.application().alerts().open().containsKey("Event list of trekkpaalegg for 314000005"));
            String reason = bed.application().alerts().open().get("Event list of trekkpaalegg for 314000005");
            assertTrue(
                    reason.contains(
                            "invalid_altinn_customer_configuration MP-303: check in Altinn that the organisation in"
                                    + " maskinporten.systembruker has approved our system"),
                    reason);
            assertEquals(
                    1,
                    bed.simulator().grants().stream()
                            .filter(grant -> grant.refusal() == null)
                            .count());
            assertTrue(bed.simulator().grants().stream()
                    .allMatch(grant -> grant.claims().get("consumer_org") == null
                            && grant.claims().get("authorization_details") != null));
        }
    }
}

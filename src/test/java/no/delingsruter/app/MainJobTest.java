package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import no.delingsruter.simulator.SimulatedList;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MainJobTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I1, I2, I5: 5,000 events over 2,000 keys: each key looked up once and delivered, never more than five calls at a time")
    void everyKeyOnceAndNeverMoreThanFive(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig().latency(Latency.constant(5)))) {
            bed.simulator().list("inntekt").generate(5_000, 2_000, 42, 0.3);
            bed.set("inntekt.page-size", "5000").start().untilDone("inntekt", A_MINUTE);
            Stats stats = bed.simulator().stats();
            assertEquals(stats.lookups().keys(), bed.count("result"));
            assertEquals(stats.lookups().keys(), stats.lookups().calls(), "one lookup for each key");
            assertEquals(5, stats.maxInFlight("inntekt"));
            assertEquals(new Stats.Korrelasjonsid(0, 0, 0), stats.korrelasjonsid());
            assertEquals(0, bed.count("parked"));
            assertEquals(
                    Map.of(
                            "read",
                            5_000L,
                            "coalesced",
                            5_000L - stats.lookups().calls(),
                            "delivered",
                            stats.lookups().calls()),
                    bed.application().store().books().read().get(0).amounts(),
                    "I15: the simulator's count and the books are the same");
            for (Map<String, Object> row : bed.jdbc()
                    .queryForList(
                            "select identifikator, gjelder_periode, payload from result fetch first 50 rows only")) {
                assertEquals(
                        bed.simulator()
                                .current("inntekt", text(row, "identifikator"), text(row, "gjelder_periode"))
                                .body(),
                        text(row, "payload"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"inntekt, json", "inntekt, xml", "skatteoppgjoer, json", "skatteoppgjoer, xml"})
    @DisplayName("The payload is delivered as received, in the format asked for")
    void bothFormats(String service, String format) {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list(service).generate(60, 40, 7, 0.2);
            bed.set("services", service)
                    .set("skatteetaten.format", format)
                    .set(service + ".rettighetspakke", "test")
                    .set("delivery.endpoints", "direct:database, direct:file")
                    .start()
                    .untilDone(service, A_MINUTE);
            List<Map<String, Object>> rows = bed.jdbc()
                    .queryForList("select identifikator, gjelder_periode, lookup, outcome, payload from result");
            assertEquals(bed.simulator().stats().lookups().keys(), rows.size());
            assertEquals(rows.size(), bed.lines().size());
            for (Map<String, Object> row : rows) {
                String current = bed.simulator()
                        .current(
                                text(row, "lookup"),
                                text(row, "identifikator"),
                                text(row, "gjelder_periode"),
                                format.equals("xml") ? Format.XML : Format.JSON)
                        .body();
                assertEquals(current, text(row, "payload"));
                assertEquals("found", text(row, "outcome"));
            }
        }
    }

    @Test
    @DisplayName("I4: a correction becomes the newest version, and the one before stays in the history")
    void corrections() {
        String person = "01810012345";
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").publish(person, "2024-03");
            bed.start().untilDone("inntekt", A_MINUTE);
            bed.simulator().list("inntekt").publish(person, "2024-03");
            bed.untilDone("inntekt", A_MINUTE);
            bed.simulator().list("inntekt").publish(person, "2024-03", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(
                    List.of("first", "changed", "deleted"),
                    bed.jdbc().queryForList("select change from result_history order by version", String.class));
            assertEquals(List.of("none"), bed.jdbc().queryForList("select outcome from result", String.class));
            assertEquals(3, bed.jdbc().queryForObject("select version from result", Integer.class));
        }
    }

    @Test
    @DisplayName("Shielded, none and deleted are results and are delivered")
    void outcomes() {
        try (TestBed bed = new TestBed(directory)) {
            var list = bed.simulator().list("skatteoppgjoer");
            list.publish("01810000001", "2023");
            list.publish("01810000002", "2023");
            list.shield("01810000002", "2023", true);
            list.publish("01810000003", "2023");
            list.hide("01810000003", "2023", true);
            list.publish("01810000004", "2023", Hendelsetype.SLETTET);
            bed.set("services", "skatteoppgjoer")
                    .set("skatteoppgjoer.rettighetspakke", "test")
                    .start()
                    .untilDone("skatteoppgjoer", A_MINUTE);
            assertEquals(
                    List.of("found", "shielded", "none", "deleted"),
                    bed.jdbc().queryForList("select outcome from result order by identifikator", String.class));
        }
    }

    @Test
    @DisplayName(
            "I5: what has been delivered is not looked up again without an event, and an idle list costs no lookups")
    void noPeriodicLookups() {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(50, 50, 1, 0);
            bed.start().untilDone("inntekt", A_MINUTE);
            long lookups = bed.simulator().stats().lookups().calls();
            long lists = bed.simulator().stats().group("inntekt", "310000001").listCalls();
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator()
                                    .stats()
                                    .group("inntekt", "310000001")
                                    .listCalls()
                            > lists + 3);
            assertEquals(lookups, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("I2, I3: stopped in the middle and started again it goes on where it was")
    void goesOnAfterAStop() {
        try (TestBed bed =
                new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(20)))) {
            bed.simulator().list("inntekt").generate(400, 300, 3, 0.1);
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 50);
            bed.stop();
            bed.start().untilDone("inntekt", A_MINUTE);
            Stats stats = bed.simulator().stats();
            assertEquals(stats.lookups().keys(), bed.count("result"));
            assertTrue(
                    stats.lookups().repeated() <= 5,
                    "repeated lookups: " + stats.lookups().repeated());
            assertEquals(bed.count("result"), bed.count("result_history"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I3: while a page cannot be stored, nothing that was read after it is, and nothing is lost once it can be")
    void aPageThatCannotBeStored(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.set("inntekt.page-size", "20").start();
            SimulatedList list = bed.simulator().list("inntekt");
            bed.jdbc()
                    .execute("alter table lookup_state add constraint not_this check (identifikator <> '01810100105')");
            for (int person = 1; person <= 200; person++) {
                list.publish(String.format("0181010%04d", person), "2024-05");
            }
            long before = list.event(95).sekvensnummer();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                                            .store()
                                            .checkpoint("inntekt", "self")
                                            .orElse(0)
                                    == before
                            && !bed.application().alerts().open().isEmpty());
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> bed.application()
                                            .store()
                                            .checkpoint("inntekt", "self")
                                            .orElse(0)
                                    == before
                            && bed.jdbc()
                                            .queryForObject(
                                                    "select count(*) from lookup_state where latest_sekvensnummer > ?",
                                                    Integer.class,
                                                    before)
                                    == 0);
            bed.jdbc().execute("alter table lookup_state drop constraint not_this");
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(200, bed.count("result"));
            assertEquals(200, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("I5: an event for a key that is still waiting joins it, also when the key has been read ahead")
    void anEventJoinsAKeyThatWaits() {
        try (TestBed bed = new TestBed(
                directory,
                TestDatabase.H2,
                new SimulatorConfig().latency(Latency.constant(100)).listLatency(Latency.NONE))) {
            for (int person = 1; person <= 100; person++) {
                bed.simulator().list("inntekt").publish(String.format("0181010%04d", person), "2024-05");
            }
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() > 5);
            bed.simulator().list("inntekt").publish("01810100100", "2024-05");
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(1, bed.simulator().lookupsOf("inntekt", "01810100100", "2024-05"));
            assertEquals(
                    101,
                    bed.jdbc()
                            .queryForObject(
                                    "select sekvensnummer from result where identifikator = '01810100100'",
                                    Long.class));
        }
    }

    private static String text(Map<String, Object> row, String column) {
        return row.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(column))
                .map(entry -> String.valueOf(entry.getValue()))
                .findFirst()
                .orElseThrow();
    }
}

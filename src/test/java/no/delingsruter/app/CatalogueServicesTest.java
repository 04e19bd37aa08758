package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.simulator.http.Current;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every service of the catalogue, from its list to its deliveries, in every format it has. All run at once, in one process for
 * each format; where the lists and lookups are is the simulator's own knowledge.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueServicesTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Catalogue SIMULATED = new Catalogue();

    @TempDir
    static Path directory;

    private final Map<String, TestBed> beds = new LinkedHashMap<>();

    @BeforeAll
    void startAll() {
        for (String format : List.of("json", "xml")) {
            beds.put(format, start(format));
        }
    }

    @AfterAll
    void stopAll() {
        beds.values().forEach(TestBed::close);
    }

    private TestBed start(String format) {
        Path own = directory.resolve(format);
        own.toFile().mkdir();
        TestBed bed = new TestBed(own);
        List<String> services = services();
        bed.set("services", String.join(",", services)).set("skatteetaten.format", format);
        for (String service : services) {
            // Folkeregisteret and Trekkpålegg give what they have; nothing of theirs is deleted afterwards
            boolean gone = !List.of("folkeregisteret", "trekkpaalegg").contains(service);
            bed.simulator()
                    .list(service)
                    .generate(Generation.of(30, 16)
                            .seed(service.hashCode())
                            .gaps(0.3)
                            .deleted(gone ? 0.2 : 0)
                            .shielded(gone ? 0.2 : 0)
                            .unknown(gone && !service.equals("skatteetatenregistrertselskap") ? 0.2 : 0));
            List<LookupApi> lookups = lookups(service);
            bed.set(service + ".poll-interval", "1s").set(service + ".rettighetspakke", "test");
            bed.set(service + ".lookups", lookups.stream().map(LookupApi::id).collect(Collectors.joining(",")));
            Map<String, String> unpublished = new LinkedHashMap<>();
            unpublished(service, unpublished);
            unpublished.forEach(bed::set);
        }
        return bed.start();
    }

    /** Where nobody has published a path or the names of fields, the simulator has others than the catalogue: the keys must be of use. */
    static void unpublished(String service, Map<String, String> keys) {
        for (LookupApi lookup : lookups(service)) {
            if (lookup.madeUp() != null && lookup.madeUp().contains("path")) {
                keys.put(
                        service + ".lookup-path",
                        lookup.paths()
                                .get(0)
                                .replaceAll("\\{(periode|inntektsaar)}", "{gjelderPeriode}")
                                .replaceAll("\\{(?!rettighetspakke|gjelderPeriode)\\w+}", "{identifikator}"));
            }
        }
        SIMULATED.list(service).fields().forEach((name, what) -> {
            if (what.equals("identifikator") && !name.matches("identifikator|hendelseidentifikator|folkereg.*")) {
                keys.put(service + ".identifikator-field", name);
            }
            if (what.equals("kommune") && !name.equals("kommunenummer")) {
                keys.put(service + ".qualifier-field", name);
            }
        });
    }

    private static List<String> services() {
        return SIMULATED.lists().stream()
                .filter(list -> !list.protocol().equals("register"))
                .map(ListApi::id)
                .toList();
    }

    private static List<LookupApi> lookups(String service) {
        return SIMULATED.lookups().stream()
                .filter(lookup -> lookup.lists().get(0).equals(service))
                .toList();
    }

    static Stream<Arguments> everyServiceInEveryFormat() {
        return Stream.of("json", "xml")
                .flatMap(format -> SIMULATED.lists().stream()
                        .filter(list -> list.formats().contains(format))
                        .map(list -> Arguments.of(list.id(), format)));
    }

    static Stream<Arguments> jsonOnly() {
        return SIMULATED.lists().stream()
                .filter(list -> !list.formats().contains("xml"))
                .map(list -> Arguments.of(list.id(), "xml"));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource({"everyServiceInEveryFormat", "jsonOnly"})
    @DisplayName(
            "I2: each key of the list is looked up and delivered as the API says, in the format asked for where there is one")
    void listToLookupToDelivery(String service, String format) {
        TestBed bed = beds.get(format);
        bed.untilDone(service, A_MINUTE);
        List<Map<String, Object>> rows = bed.jdbc().queryForList("select * from result where service = ?", service);
        assertEquals(expected(bed, service), rows.stream().map(row -> key(row)).collect(Collectors.toSet()));
        assertEquals(
                0, bed.jdbc().queryForObject("select count(*) from parked where service = ?", Integer.class, service));
        assertAll(rows.stream().map(row -> () -> matches(bed, service, row, format)));
    }

    private static Set<List<Object>> expected(TestBed bed, String service) {
        Set<List<Object>> keys = new LinkedHashSet<>();
        List<LookupApi> lookups = lookups(service);
        for (EventView event : events(bed, service)) {
            if (service.equals("trekkpaalegg")) {
                keys.add(List.of("trekkpaalegg", event.identifikator(), ""));
            }
            for (LookupApi lookup : lookups) {
                String period = event.gjelderPeriode() == null ? "" : event.gjelderPeriode();
                keys.add(List.of(lookup.id(), event.identifikator(), period));
            }
        }
        return keys;
    }

    private static List<EventView> events(TestBed bed, String service) {
        var list = bed.simulator().list(service);
        List<EventView> events = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            events.add(list.event(i));
        }
        return events;
    }

    private static List<Object> key(Map<String, Object> row) {
        return List.of(row.get("LOOKUP"), row.get("IDENTIFIKATOR"), row.get("GJELDER_PERIODE"));
    }

    private static void matches(TestBed bed, String service, Map<String, Object> row, String format)
            throws IOException {
        if (service.equals("trekkpaalegg")) {
            JsonNode record = new ObjectMapper().readTree((String) row.get("PAYLOAD"));
            assertEquals(row.get("SEKVENSNUMMER"), record.get("sekvensnummer").asLong());
            assertEquals(row.get("IDENTIFIKATOR"), record.get("skyldner").asText());
            assertEquals(row.get("QUALIFIER"), record.get("trekkid").asText());
            return;
        }
        LookupApi lookup = SIMULATED.lookup((String) row.get("LOOKUP"));
        String period = (String) row.get("GJELDER_PERIODE");
        boolean xml = format.equals("xml") && lookup.formats().contains("xml");
        String asked = (String) row.get(lookup.document() ? "QUALIFIER" : "IDENTIFIKATOR");
        if (lookup.id().equals("formuesobjektfasteiendom") && deleted(bed, service, asked)) {
            assertEquals("deleted", row.get("OUTCOME"));
            return;
        }
        Current current = bed.simulator()
                .current(lookup.id(), asked, period.isEmpty() ? null : period, xml ? Format.XML : Format.JSON);
        String outcome = current.status() == 200 ? current.outcome() : current.status() == 404 ? "none" : "deleted";
        assertEquals(outcome, row.get("OUTCOME"), () -> lookup.id() + " answered " + current.status());
        if (current.status() == 200) {
            assertEquals(current.body(), row.get("PAYLOAD"));
        }
    }

    private static boolean deleted(TestBed bed, String service, String identifikator) {
        return events(bed, service).stream()
                .anyMatch(event -> event.identifikator().equals(identifikator) && event.type() == Hendelsetype.SLETTET);
    }

    @Test
    @DisplayName("Every list of the simulator has a service, and every lookup a route")
    void nothingIsLeftOut() {
        var catalogue = no.delingsruter.catalogue.Catalogue.read(Path.of("routes"));
        for (String service : services()) {
            var found = catalogue.service(service).orElseThrow();
            lookups(service).forEach(lookup -> assertFalse(found.lookups().get(lookup.id()) == null, lookup.id()));
        }
    }

    @Test
    @DisplayName("I5: a list of whole records costs no lookups, and each of its records is a delivery")
    void wholeRecords() {
        TestBed bed = beds.get("json");
        bed.untilDone("trekkpaalegg", A_MINUTE);
        assertEquals(
                30,
                bed.jdbc()
                        .queryForObject(
                                "select count(*) from result_history where service = 'trekkpaalegg'", Integer.class));
        assertEquals(
                0,
                bed.simulator().stats().groups().stream()
                        .filter(group -> group.group().equals("trekkpaalegg"))
                        .mapToLong(group -> group.lookups())
                        .sum());
    }

    @Test
    @DisplayName("I6: Folkeregisteret's list answers 304 while there is nothing new, and goes on when there is")
    void folkeregisteretUnchanged() {
        TestBed bed = beds.get("json");
        bed.untilDone("folkeregisteret", A_MINUTE);
        await().atMost(A_MINUTE).until(() -> unchanged(bed) > 0);
        bed.simulator().list("folkeregisteret").publishNew();
        int before = bed.count("result_history");
        bed.untilDone("folkeregisteret", A_MINUTE);
        assertEquals(before + 3, bed.count("result_history"), "the person and the two documents");
    }

    private static long unchanged(TestBed bed) {
        return bed.simulator().stats().groups().stream()
                .filter(group -> group.group().equals("folkeregisteret"))
                .mapToLong(group -> group.status().getOrDefault("304", 0L))
                .sum();
    }
}

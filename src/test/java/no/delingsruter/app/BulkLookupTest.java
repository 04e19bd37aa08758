package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Folkeregisteret: lookups that share a call. */
@Isolated("its log is all that happens meanwhile")
class BulkLookupTest {
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);
    private static final String SERVICE = "folkeregisteret";
    private static final int PERSONS = 120;

    @TempDir
    Path directory;

    private TestBed bed(TestDatabase database) {
        TestBed bed = new TestBed(directory, database, new SimulatorConfig().latency(Latency.constant(30)));
        bed.set("services", SERVICE)
                .set("folkeregisteret.bulk", "20")
                .set("lookup.workers", "20")
                .set("folkeregisteret.poll-interval", "300ms");
        return bed.set("lookup.longest-pause", "1s").set("lookup.tries", "2").set("skatteetaten.request-timeout", "2s");
    }

    private static Stats.Group calls(TestBed bed) {
        return bed.simulator().stats().groups().stream()
                .filter(group -> group.group().equals(SERVICE))
                .findFirst()
                .orElseThrow();
    }

    private static void rulesKept(TestBed bed) {
        assertTrue(calls(bed).maxInFlight() <= 5, "I1: " + calls(bed).maxInFlight() + " calls at once");
        assertEquals(new Stats.Korrelasjonsid(0, 0, 0), bed.simulator().stats().korrelasjonsid());
    }

    /** Each is delivered as a lookup of its own would have answered, byte for byte. */
    private static void asLookedUpAlone(TestBed bed) {
        List<Map<String, Object>> rows =
                bed.jdbc().queryForList("select lookup, identifikator, qualifier, payload from result");
        assertAll(rows.stream().map(row -> () -> {
            String lookup = row.get("lookup").toString();
            String asked = row.get(lookup.equals("person") ? "identifikator" : "qualifier")
                    .toString();
            assertEquals(
                    bed.simulator().current(lookup, asked, null, Format.JSON).body(), row.get("payload"));
        }));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I1, I2, I5: several persons and documents in one call, each delivered once and as received; never more than five calls")
    void shared(TestDatabase database) {
        try (TestBed bed = bed(database).set("folkeregisteret.lookups", "person,persondokument")) {
            bed.simulator().list(SERVICE).generate(Generation.of(PERSONS, PERSONS));
            bed.start().untilDone(SERVICE, TWO_MINUTES);
            assertEquals(2 * PERSONS, bed.count("result"));
            asLookedUpAlone(bed);
            Stats.Lookups lookups = bed.simulator().stats().lookups();
            assertEquals(2 * PERSONS, lookups.calls(), "each was asked for");
            assertEquals(0, lookups.repeated(), "and once");
            assertTrue(
                    calls(bed).lookups() <= PERSONS / 2,
                    "calls for " + 2 * PERSONS + " lookups: " + calls(bed).lookups());
            rulesKept(bed);
        }
    }

    @Test
    @DisplayName("Without folkeregisteret.bulk every lookup is a call of its own")
    void aloneByDefault() {
        try (TestBed bed = bed(TestDatabase.H2).set("folkeregisteret.bulk", "1")) {
            bed.simulator().list(SERVICE).generate(Generation.of(30, 30));
            bed.start().untilDone(SERVICE, TWO_MINUTES);
            assertEquals(30, calls(bed).lookups());
            asLookedUpAlone(bed);
        }
    }

    @Test
    @DisplayName(
            "I7, I8: a person whom the shared answer has nothing for is looked up alone and parked alone; no log line names anybody")
    void missing() {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), true);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.simulator()
                    .list(SERVICE)
                    .generate(Generation.of(PERSONS, PERSONS).unknown(0.1).seed(3));
            Set<String> all = IntStream.range(0, PERSONS)
                    .mapToObj(i -> bed.simulator().list(SERVICE).event(i).identifikator())
                    .collect(Collectors.toSet());
            Set<String> known = all.stream()
                    .filter(id -> bed.simulator().current("person", id, null).status() == 200)
                    .collect(Collectors.toSet());
            Set<String> unknown = new HashSet<>(all);
            unknown.removeAll(known);
            assertTrue(unknown.size() > 3 && unknown.size() < PERSONS / 3, unknown.size() + " unknown");
            bed.start().untilDone(SERVICE, TWO_MINUTES);
            assertEquals(known, Set.copyOf(bed.jdbc().queryForList("select identifikator from result", String.class)));
            assertEquals(
                    unknown, Set.copyOf(bed.jdbc().queryForList("select identifikator from parked", String.class)));
            assertEquals(
                    List.of(
                            "404 FREG-001 from folkeregisteret: not an address of the API; check skatteetaten.url and the path in the route"),
                    bed.jdbc().queryForList("select distinct reason from parked", String.class));
            asLookedUpAlone(bed);
            rulesKept(bed);
            String logged = String.join("\n", log.lines());
            assertTrue(logged.contains("DEBUG"), "everything was logged");
            all.forEach(person -> assertFalse(logged.contains(person), "a person's number in the log"));
        }
    }

    @Test
    @DisplayName(
            "I2: what a lookup alone answers about a person unknown holds for a shared one too: none, by configuration")
    void missingMeansNone() {
        try (TestBed bed = bed(TestDatabase.H2).set("outcome.folkeregisteret.404", "none")) {
            bed.simulator()
                    .list(SERVICE)
                    .generate(Generation.of(40, 40).unknown(0.2).seed(3));
            bed.start().untilDone(SERVICE, TWO_MINUTES);
            assertEquals(0, bed.count("parked"));
            assertEquals(40, bed.count("result"));
            assertTrue(
                    bed.jdbc().queryForObject("select count(*) from result where outcome = 'none'", Integer.class) > 2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "400, one of them is not liked | {type: status, status: 400}",
                "403, no access to bulk        | {type: status, status: 403}",
                "404                           | {type: status, status: 404}",
                "503                           | {type: status, status: 503}",
                "500                           | {type: status, status: 500}",
                "reset                         | {type: reset}",
                "truncated                     | {type: truncated}",
                "login page with 200           | {type: login-page}",
                "stall                         | {type: stall, ms: 30000}"
            })
    @DisplayName("I2, I7: when shared calls fail, every lookup is made alone, and nobody is parked")
    void sharedCallsFail(String name, String action) {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.simulator().faults().add("{name: bulk, match: {call: bulk}, action: " + action + "}");
            bed.simulator().list(SERVICE).generate(Generation.of(60, 60));
            bed.start().untilDone(SERVICE, TWO_MINUTES);
            assertEquals(60, bed.count("result"));
            assertEquals(0, bed.count("parked"));
            asLookedUpAlone(bed);
            assertTrue(bed.simulator().stats().faults().get(0).fired() > 0, "a shared call was made");
            rulesKept(bed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inntekt.bulk | 5 | this API has no bulk lookup",
                "folkeregisteret.bulk | 1001 | more than 1000 are not taken in one call",
                "folkeregisteret.bulk | 0 | '0' is not a whole number",
                "folkeregisteret.lookup-path.person | /personer/{identifikator}?part={qualifier} | the query of folkeregisteret.lookup-path.person differs",
                "folkeregisteret.format | xml | bulk lookups are made in JSON"
            })
    @DisplayName("A bulk that cannot be is refused before anything is called, naming the key")
    void refused(String key, String value, String sentence) {
        try (TestBed bed =
                bed(TestDatabase.H2).set("services", "folkeregisteret,inntekt").set(key, value)) {
            String message =
                    assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(message.contains(".bulk: " + sentence), message);
            assertEquals(0, bed.simulator().stats().calls());
        }
    }
}

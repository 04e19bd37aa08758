package no.delingsruter.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated("its log is all that happens meanwhile")
class FiksTest {
    private static final String SERVICE = "skatteoppgjoer";
    private static final String ORGANISATION = "310000001";
    private static final int KEYS = 7;
    private static final String PASSORD = "a-word-like-others";

    @TempDir
    Path directory;

    private TestBed bed(SimulatorConfig config) throws IOException {
        TestBed bed = new TestBed(Files.createDirectory(directory.resolve("bed")), TestDatabase.H2, config);
        bed.simulator().fiks().register("id", PASSORD, "rolle", ORGANISATION);
        return bed.set("services", SERVICE)
                .set(SERVICE + ".via", "fiks")
                .set(SERVICE + ".rettighetspakke", "kommunal")
                .set("fiks.url", bed.simulator().fiksUrl())
                .set("fiks.integrasjon-id", "id")
                .set("fiks.integrasjon-passord", PASSORD)
                .set("fiks.rolle-id", "rolle");
    }

    @Test
    @DisplayName(
            "I1, I8: sixty municipalities by one supplier, each with its own role and integration: five calls each and no more, all delivered, and no password written down")
    void sixtyMunicipalities() throws IOException {
        List<String> organisations = IntStream.range(0, 60)
                .mapToObj(i -> String.valueOf(311_000_000 + i))
                .toList();
        try (RecordedLog log = new RecordedLog(directory.resolve("log"), false);
                TestBed bed = bed(new SimulatorConfig().latency(Latency.constant(20)))) {
            bed.simulator().list(SERVICE).generate(KEYS, KEYS, 9, 0.2);
            for (String organisation : organisations) {
                String own = "organisation." + organisation + ".fiks.";
                bed.simulator()
                        .fiks()
                        .register("id" + organisation, PASSORD + organisation, "r" + organisation, organisation);
                bed.set(own + "integrasjon-id", "id" + organisation)
                        .set(own + "integrasjon-passord", PASSORD + organisation)
                        .set(own + "rolle-id", "r" + organisation);
            }
            bed.set("organisations", String.join(",", organisations))
                    .set(SERVICE + ".lookups", "summertskattegrunnlag,beregnetskatt,avregning")
                    .start()
                    .untilDone(SERVICE, Duration.ofMinutes(2));
            Stats stats = bed.simulator().stats();
            assertAll(Stream.of("summertskattegrunnlag", "beregnetskatt", "avregning")
                    .flatMap(api -> organisations.stream().map(organisation -> () -> {
                        Stats.Group group = stats.group(api, organisation);
                        assertEquals(KEYS, group.lookups(), api + " " + organisation);
                        assertTrue(group.maxInFlight() <= 5, api + " " + organisation + ": " + group.maxInFlight());
                    })));
            assertEquals(5, stats.maxInFlight("summertskattegrunnlag"));
            assertEquals(60, stats.tokens().granted(), "one scope, ks:fiks");
            assertEquals(60 * 3 * KEYS, bed.count("result"));
            assertEquals(0, bed.count("parked"));
            assertTrue(log.lines().stream().anyMatch(line -> line.contains("through fiks are untried")));
            assertFalse(log.lines().stream().anyMatch(line -> line.contains(PASSORD)));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertAll(files.filter(Files::isRegularFile)
                    .map(file ->
                            () -> assertFalse(Files.readString(file, ISO_8859_1).contains(PASSORD), file.toString())));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fiks.integrasjon-id | other | fiks refuses the integration: compare fiks.integrasjon-id and fiks.integrasjon-passord",
                "fiks.integrasjon-passord | secretword | fiks refuses the integration: compare fiks.integrasjon-id and fiks.integrasjon-passord",
                "fiks.rolle-id | other | fiks refuses the role: fiks.rolle-id must be a role in the right tjenesteområde",
                "skatteoppgjoer.rettighetspakke | ugyldig | fiks refuses the rettighetspakke",
                "maskinporten.client-id | other | MP-",
            })
    @DisplayName(
            "I8: what Fiks refuses (integration, role, rettighetspakke) is said with its key, and without the secret")
    void refused(String key, String value, String sentence) throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log"), false);
                TestBed bed = bed(new SimulatorConfig())) {
            bed.simulator().list(SERVICE).generate(3, 3, 9, 0);
            bed.set(key, value).start();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertTrue(
                            log.lines().stream().anyMatch(line -> line.contains(sentence)),
                            () -> String.join("\n", log.lines())));
            assertFalse(log.lines().stream().anyMatch(line -> line.contains("secretword")));
            assertEquals(0, bed.count("result"));
        }
    }

    @Test
    @DisplayName("I7: a client at Maskinporten without Fiks' scope is told which it is, and what to do")
    void withoutTheScope() throws IOException {
        try (TestBed bed = bed(new SimulatorConfig())) {
            bed.simulator().withhold(TestBed.CLIENT, "ks:fiks");
            bed.simulator().list(SERVICE).generate(3, 3, 9, 0);
            bed.start();
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> bed.application()
                                    .alerts()
                                    .open()
                                    .toString()
                                    .contains(
                                            "Maskinporten refused a token for ks:fiks with invalid_scope MP-200: add the scope to the client"));
            assertEquals(0, bed.count("result"));
        }
    }

    @Test
    @DisplayName("services --sources says what is taken for true of Fiks, and that nobody has tried it")
    void sources() throws IOException {
        try (TestBed bed = bed(new SimulatorConfig());
                ChildJob sources = bed.child("services", "--sources")) {
            assertEquals(0, sources.exitCode(), sources.output());
            assertTrue(
                    sources.output()
                            .lines()
                            .anyMatch(
                                    line -> line.matches(
                                            "skatteoppgjoer +via fiks +scope +documented +2026-11 +ks:fiks +.*nobody here has tried it")),
                    sources.output());
            assertTrue(
                    sources.output().contains("/skatteetaten/formueinntekt/avregning/api/v1/{rolleId}/"),
                    sources.output());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fiks.integrasjon-id | '' | fiks.integrasjon-id is missing: skatteoppgjoer.via=fiks needs it.",
                "fiks.integrasjon-passord | '' | fiks.integrasjon-passord is missing: skatteoppgjoer.via=fiks needs it.",
                "fiks.rolle-id | '' | fiks.rolle-id is missing: the address /skatteetaten/hendelser/api/v1/{rolleId}/hendelser asks for it.",
                "fiks.environment | prod | fiks.environment: 'prod' is not one of test, production.",
                "skatteoppgjoer.via | ks | skatteoppgjoer.via: 'ks' is not one of fiks.",
                "skatteoppgjoer.lookups | skatteplikt | skatteoppgjoer.via=fiks: it does not have the lookup skatteplikt; it has avregning, beregnetskatt, summertskattegrunnlag.",
            })
    @DisplayName("What Fiks needs and does not have is refused at start, with its key")
    void refusedAtStart(String key, String value, String sentence) throws IOException {
        try (TestBed bed = bed(new SimulatorConfig())) {
            bed.set(key, value);
            assertEquals(
                    sentence,
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
            assertEquals(0, bed.simulator().stats().calls());
        }
    }

    @Test
    @DisplayName("The demo shows the way through Fiks: all is looked up there")
    void demo() throws IOException {
        try (TestBed bed = bed(new SimulatorConfig());
                ChildJob demo =
                        bed.child("demo", "--via", "fiks", "--events", "40", "--keys", "40", "--latency", "0ms")) {
            assertEquals(0, demo.exitCode(), demo.output());
            assertTrue(demo.output().contains("through fiks are untried"), demo.output());
            assertTrue(demo.output().contains("The simulator counted 40 lookups of 40 keys"), demo.output());
        }
    }
}

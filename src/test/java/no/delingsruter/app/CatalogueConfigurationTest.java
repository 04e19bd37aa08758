package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.simulator.data.Hendelse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CatalogueConfigurationTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String PERSON = "01810000001";
    private static final String COMPANY = "310000001";

    @TempDir
    Path directory;

    private TestBed bed(String service) {
        return new TestBed(directory)
                .set("services", service)
                .set(service + ".rettighetspakke", "test")
                .set(service + ".poll-interval", "200ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "formuesgrunnlageiendomsskatt",
                "underenhetaordningen",
                "opptjeningsgrunnlagarbeidsforhold",
                "opplysningspliktig",
                "eiendomsskattegrunnlagvannkraftanlegg"
            })
    @DisplayName("A lookup whose address is not published refuses to start, and names the key that gives it")
    void unknownAddress(String service) {
        try (TestBed bed = bed(service)) {
            String message =
                    assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(
                    message.startsWith(service
                            + ".lookup-path is missing: Skatteetaten has not published the address of this lookup;"),
                    message);
            assertEquals(0, bed.simulator().stats().calls());
            bed.set(service + ".lookup-path", "v1/{identifikator}");
            assertEquals(
                    service + ".lookup-path: 'v1/{identifikator}' does not begin with /.",
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
        }
    }

    @Test
    @DisplayName(
            "A lookup that Skatteetaten has shut down is not offered, and who has it configured is told what takes its place")
    void shutDown() {
        try (TestBed bed = bed("skatteoppgjoer")
                .set("skatteoppgjoer.lookups", "summertskattegrunnlag, spesifisertsummertskattegrunnlag")) {
            assertEquals(
                    "skatteoppgjoer.lookups: spesifisertsummertskattegrunnlag is not offered any more: Skatteetaten shut it down on"
                            + " 17 October 2024 and gave it no new address (om/url.md), and summertskattegrunnlag, version 2, takes"
                            + " its place.",
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "folkeregisteret, 2024-01-01, folkeregisteret.start: Folkeregisteret's list cannot be begun at a date",
        "trekkpaalegg, now, trekkpaalegg.start: this list cannot be begun at a date or now"
    })
    @DisplayName("A start that a list cannot have is refused before anything is called")
    void impossibleStart(String service, String start, String sentence) {
        try (TestBed bed = bed(service).set(service + ".start", start)) {
            String message =
                    assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(message.startsWith(sentence), message);
            assertEquals(0, bed.simulator().stats().calls());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inntekt | '' | ''",
                "tilleggsskatt | '' | the names of its events' fields; the address of its lookup tilleggsskatt",
                "tilleggsskatt | tilleggsskatt.identifikator-field=identifikator | the address of its lookup tilleggsskatt",
                "tilleggsskatt | tilleggsskatt.lookup-path=/v2/{rettighetspakke}/{identifikator} | the names of its events' fields",
                "selskapsmelding | selskapsmelding.list-path=/v1/hendelser | the names of its events' fields; the address of its lookup selskapsmelding",
                "skatteoppgjoer | '' | ''",
                "skatteoppgjoer | skatteoppgjoer.lookups=avregning,pensjonsgivendeinntekt | the address of its lookup avregning",
                "trekkpaalegg | '' | ''",
                "trekkpaalegg | maskinporten.consumer-org=310000001 | a supplier that acts for others must do so as systembruker",
                "pgiforfolketrygden | '' | ''",
                "opplysningspliktig | '' | the address of its event list; the names of its events' fields; the codes of its lookup opplysningspliktig",
                "formuesobjektfasteiendom | skatteetaten.format=xml | it has JSON only"
            })
    @DisplayName("What runs on an assumption is said at the start; what the configuration settles is not")
    void warnings(String service, String key, String expected) {
        Properties keys = new Properties();
        if (!key.isEmpty()) {
            keys.setProperty(key.split("=", 2)[0], key.split("=", 2)[1]);
        }
        Settings settings = Settings.load(Path.of("config"), null, Map.of(), keys);
        List<String> said = CatalogueWarnings.warnings(settings, Catalogue.read(Path.of("routes")), List.of(service));
        assertEquals(
                expected.isEmpty() ? List.of() : List.of(expected.split("; ")),
                said.stream()
                        .map(warning ->
                                warning.substring(service.length() + 2).replaceFirst("( is| are|, so|; set).*", ""))
                        .sorted(java.util.Comparator.comparing((String warning) ->
                                        warning.contains("event list") ? 0 : warning.contains("names") ? 1 : 2)
                                .thenComparing(w -> w))
                        .toList());
    }

    @Test
    @DisplayName(
            "A lookup versioned by year takes the version of the event's year; the configuration goes before; a year without one waits")
    void versionsByYear() {
        try (TestBed bed = bed("naeringsspesifikasjon").set("naeringsspesifikasjon.version.2022", "v3")) {
            bed.simulator()
                    .list("naeringsspesifikasjon")
                    .generate(no.delingsruter.simulator.data.Generation.of(5, 5)
                            .periods(5)
                            .firstPeriod("2020"));
            bed.start().untilDone("naeringsspesifikasjon", A_MINUTE);
            assertEquals(
                    List.of("2020 found", "2021 found", "2022 found", "2023 found", "2024 found"),
                    bed.jdbc()
                            .queryForList(
                                    "select concat(gjelder_periode, ' ', outcome) from result order by 1",
                                    String.class));
            bed.simulator().list("naeringsspesifikasjon").publish(COMPANY, "2026");
            await().atMost(A_MINUTE).until(() -> bed.count("parked") == 1);
            assertEquals(
                    "naeringsspesifikasjon.version.2026 is missing: no version of naeringsspesifikasjon is known for that year",
                    bed.jdbc().queryForObject("select reason from parked", String.class));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 1"})
    @DisplayName(
            "I4: with snapshots each event is looked up as at its own time, in event order; without, events that wait together cost one lookup")
    void snapshots(boolean snapshot, int versions) {
        try (TestBed bed =
                bed("skattemeldingfastsatt").set("skattemeldingfastsatt.snapshot", Boolean.toString(snapshot))) {
            var list = bed.simulator().list("skattemeldingfastsatt");
            long before = Instant.now().minusSeconds(3600).toEpochMilli();
            list.publish(new Hendelse(PERSON, "2023", null, 0, before, null));
            String first = bed.simulator()
                    .current("skattemelding-fastsatt", PERSON, "2023")
                    .body();
            list.publish(new Hendelse(PERSON, "2023", null, 0, before + 60_000, null));
            String second = bed.simulator()
                    .current("skattemelding-fastsatt", PERSON, "2023")
                    .body();
            bed.start().untilDone("skattemeldingfastsatt", A_MINUTE);
            assertEquals(
                    snapshot ? List.of(first, second) : List.of(second),
                    bed.jdbc().queryForList("select payload from result_history order by version", String.class));
            assertEquals(versions, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("Snapshots are refused for an API that has none")
    void noSnapshots() {
        try (TestBed bed = bed("inntekt").set("inntekt.snapshot", "true")) {
            assertEquals(
                    "inntekt.snapshot: this API does not answer for a point in time (gjelderPaaTidspunkt).",
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
        }
    }

    @Test
    @DisplayName(
            "Several lookups of one list, each with its own scope; the list is opened with the scope of one that runs")
    void severalLookups() {
        try (TestBed bed = bed("skatteoppgjoer").set("skatteoppgjoer.lookups", "beregnetskatt, avregning")) {
            bed.simulator().list("skatteoppgjoer").generate(20, 10, 5, 0);
            bed.start().untilDone("skatteoppgjoer", A_MINUTE);
            assertEquals(
                    List.of("avregning", "beregnetskatt"),
                    bed.jdbc().queryForList("select distinct lookup from result order by 1", String.class));
            assertEquals(20, bed.count("result"));
            assertEquals(
                    Set.of("skatteetaten:beregnetskatt", "skatteetaten:avregning"),
                    bed.simulator().grants().stream()
                            .map(grant -> String.valueOf(grant.claims().get("scope")))
                            .collect(Collectors.toSet()));
        }
    }

    @Test
    @DisplayName("A year on a list whose lookup goes by month is looked up month by month")
    void yearsOfMonths() {
        try (TestBed bed = bed("inntekt")) {
            bed.simulator().list("inntekt").publish(PERSON, "2023-05");
            bed.simulator().list("inntekt").publish(PERSON, "2023");
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(
                    IntStream.rangeClosed(1, 12)
                            .mapToObj(month -> String.format("2023-%02d", month))
                            .toList(),
                    bed.jdbc().queryForList("select gjelder_periode from result order by 1", String.class));
        }
    }

    @Test
    @DisplayName("--version says which version, and which Java")
    void version() {
        StringWriter out = new StringWriter();
        assertEquals(
                0,
                new CommandLine(new Delingsruter()).setOut(new PrintWriter(out)).execute("--version"));
        assertTrue(out.toString().matches("delingsruter \\S.*, Java \\d+.*\\s+"), out.toString());
    }

    @Test
    @DisplayName("`services` lists every service with its lookups, scopes, status, and whether it is configured")
    void servicesCommand() {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, Delingsruter.run("services"));
        } finally {
            System.setOut(before);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .toList();
        assertEquals("SERVICE LOOKUP SCOPE STATUS CONFIGURED", lines.get(0));
        assertTrue(lines.contains("inntekt (event list) skatteetaten:inntekt documented yes"), lines.toString());
        assertTrue(lines.contains("inntekt skatteetaten:inntekt used yes"));
        assertTrue(lines.contains(
                "skatteoppgjoer (event list) skatteetaten:summertskattegrunnlag or another documented no"));
        assertTrue(lines.contains("summertskattegrunnlag skatteetaten:summertskattegrunnlag documented no"));
        assertTrue(
                lines.contains(
                        "underenhetaordningen skatteetaten:underenhetaordningen unknown no, needs underenhetaordningen.lookup-path"));
        assertEquals(
                21,
                lines.stream().filter(line -> line.contains(" (event list) ")).count());
    }
}

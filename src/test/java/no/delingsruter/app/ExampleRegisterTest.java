package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A register beside Skatteetaten's: another host, another scope, an id type in the lookup's path, numbers from 0, a bare array. */
class ExampleRegisterTest {
    private static final String SERVICE = "aktoerregister";
    private static final String FILE = SERVICE + ".camel.yaml";

    @TempDir
    Path directory;

    private TestBed bed() {
        TestBed bed = new TestBed(directory).set("services", SERVICE).set(SERVICE + ".poll-interval", "200ms");
        return bed.set("skatteetaten.url.aktoerregister", bed.simulator().url(SERVICE))
                .set("skatteetaten.url", "https://{api}.api.skatteetaten.no");
    }

    @ParameterizedTest(name = "the route as printed: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "I2, I13: the example register is followed by nothing but its route file and the configuration that docs/routes.md prints, each party once to its newest event")
    void twoFiles(boolean printedRoute) throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            try (Stream<Path> files = Files.list(bed.routes())) {
                for (Path file : files.filter(file -> file.toString().endsWith(".camel.yaml"))
                        .filter(file -> !file.endsWith("delivery.camel.yaml"))
                        .toList()) {
                    Files.delete(file);
                }
            }
            if (printedRoute) {
                Files.writeString(bed.routes().resolve("examples").resolve(FILE), printed("yaml", "- route:"));
            }
            Files.writeString(
                    bed.config().resolve("application.properties"),
                    printed("properties", "services=aktoerregister")
                            .replaceFirst(
                                    "(?m)^(skatteetaten\\.url\\.aktoerregister)=.*$",
                                    "$1=" + bed.simulator().url(SERVICE)));
            bed.set(SERVICE + ".poll-interval", "200ms");
            var list = bed.simulator().list(SERVICE);
            list.generate(Generation.of(60, 20).gaps(0.2));
            list.publish("80000365099", null);
            assertEquals(0, list.event(0).sekvensnummer());
            bed.start().untilDone(SERVICE, Duration.ofMinutes(1));
            assertEquals(21, bed.count("result"));
            assertEquals(
                    List.of("80000365099 AKTOERNUMMER found"),
                    bed.jdbc()
                            .queryForList(
                                    "select concat(identifikator, ' ', qualifier, ' ', outcome) from result where qualifier <> 'PERSONNUMMER'",
                                    String.class));
            assertEquals(21, bed.simulator().stats().lookups().calls());
            list.publish(list.event(0).identifikator(), null);
            bed.untilDone(SERVICE, Duration.ofMinutes(1));
            assertEquals(21, bed.count("result"));
            assertEquals(22, bed.simulator().stats().lookups().calls());
            assertEquals("{}", bed.application().alerts().open().toString());
            assertEquals(0, bed.count("parked"));
        }
    }

    /** The block of docs/routes.md that begins so. */
    private static String printed(String language, String beginning) throws IOException {
        Matcher printed = Pattern.compile("```" + language + "\n(" + beginning + "\n[\\s\\S]*?)```")
                .matcher(Files.readString(Path.of("docs/routes.md")));
        assertTrue(printed.find());
        return printed.group(1);
    }

    @Test
    @DisplayName("A field of the event stands in the address of its lookup")
    void fieldOfTheEvent() {
        try (TestBed bed = bed()) {
            bed.simulator().list(SERVICE).generate(Generation.of(5, 5));
            bed.simulator().list(SERVICE).publish("80000365099", null);
            bed.set(SERVICE + ".lookup-path", "/aktoer/{event.aktoerId.identtype}/{identifikator}")
                    .start()
                    .untilDone(SERVICE, Duration.ofMinutes(1));
            assertEquals(
                    List.of("found 6"),
                    bed.jdbc()
                            .queryForList(
                                    "select concat(outcome, ' ', count(*)) from result group by outcome",
                                    String.class));
        }
    }

    @Test
    @DisplayName("I7: a client without the register's own scope is told which it is; nothing is parked")
    void withoutTheScope() {
        try (TestBed bed = bed()) {
            bed.simulator().withhold(TestBed.CLIENT, "nav:bidrag:aktoerregister.read");
            bed.simulator().list(SERVICE).generate(Generation.of(3, 3));
            bed.start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .toString()
                            .contains(
                                    "Maskinporten refused a token for nav:bidrag:aktoerregister.read with invalid_scope MP-200:"
                                            + " add the scope to the client"));
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName("An example is loaded only when services names it; the catalogue stays as it is")
    void onlyWhenNamed() {
        try (TestBed bed = bed()) {
            Catalogue catalogue = Catalogue.read(bed.routes());
            assertFalse(catalogue.services().containsKey(SERVICE));
            assertFalse(catalogue.files().stream().anyMatch(file -> file.endsWith(FILE)));
            bed.set("services", "inntekt").start();
            assertEquals(0, bed.application().pending(SERVICE, "self"));
            assertFalse(bed.simulator().stats().groups().stream()
                    .anyMatch(group -> group.group().equals(SERVICE)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aktoerregister.start | now | aktoerregister.start: this list does not say where a date begins; take first, or a sequence number.",
                "aktoerregister.start | 2024-01-01 | aktoerregister.start: this list does not say where a date begins",
                "aktoerregister.first-number | -1 | aktoerregister.first-number: '-1' is not a whole number of at least 0.",
                "aktoerregister.one-per-key | yes | aktoerregister.one-per-key: 'yes' is not one of true, false.",
            })
    @DisplayName("What such a list cannot do is refused at start, by key, before anything is called")
    void refused(String key, String value, String sentence) {
        try (TestBed bed = bed()) {
            bed.set(key, value);
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.contains(sentence), said);
            assertEquals(0, bed.simulator().stats().calls());
        }
    }
}

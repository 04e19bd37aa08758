package no.delingsruter.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.Settings;
import no.delingsruter.simulator.catalogue.ListApi;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

@DisplayName("What the catalogue takes for true says where it is from")
class FactTest {
    private static final Catalogue CATALOGUE = Catalogue.read(Path.of("routes"));
    private static final no.delingsruter.simulator.catalogue.Catalogue SIMULATED =
            new no.delingsruter.simulator.catalogue.Catalogue();
    private static final int MONTHS = 18;
    /** Names that Skatteetaten's schema for all event lists has: hendelser_utvidet.xsd 1.4. */
    private static final Set<String> IN_THE_SCHEMA =
            Set.of("sekvensnummer", "identifikator", "gjelderPeriode", "registreringstidspunkt", "hendelsetype");

    private static Stream<Service> services() {
        return CATALOGUE.services().values().stream()
                .filter(service -> !service.list().isEmpty());
    }

    private static Stream<Fact> facts() {
        return services().flatMap(service -> Fact.of(service).stream());
    }

    @Test
    @DisplayName("Each fact of each service names its source and the month it was read in")
    void everyFact() {
        List<Fact> facts = facts().toList();
        assertTrue(facts.size() > 150, "facts: " + facts.size());
        for (Fact fact : facts) {
            assertFalse(fact.source().isEmpty(), fact + " names no source");
            assertFalse(fact.source().contains(";"), fact + " has entries that are not understood");
            assertTrue(fact.read() != null, fact + " does not say when it was read");
            assertTrue(Set.of("documented", "used", "inferred", "unknown").contains(fact.certainty()), fact.toString());
        }
    }

    @Test
    @DisplayName(
            "A warning: facts that were read more than 18 months ago; docs/catalogue.md says how to read them again")
    void notTooOld(TestReporter reporter) {
        YearMonth old = YearMonth.now(ZoneId.of("Europe/Oslo")).minusMonths(MONTHS);
        facts().filter(fact -> fact.read().isBefore(old))
                .forEach(fact -> reporter.publishEntry(
                        "read again",
                        fact.service() + " " + fact.where() + " " + fact.name() + ", read " + fact.read()));
    }

    @Test
    @DisplayName("An entry may have a certainty and a month of its own; what has no entry is the address's")
    void entries() {
        Service service = new Service(
                "s",
                Map.of(
                        "api",
                        "shendelser",
                        "status",
                        "used",
                        "fields",
                        "inferred",
                        "read",
                        "2026-11",
                        "source",
                        "address: a: b, c; fields: elsewhere; nothing new inferred 2025-01: as others"),
                Map.of(),
                List.of(Map.of("period", "none")));
        assertEquals(
                List.of(
                        new Fact(
                                "s",
                                "",
                                "address",
                                "shendelser /v1/hendelser",
                                "used",
                                "a: b, c",
                                YearMonth.of(2026, 11)),
                        new Fact("s", "", "scope", "", "documented", "", YearMonth.of(2026, 11)),
                        new Fact("s", "", "fields", "identifikator", "inferred", "elsewhere", YearMonth.of(2026, 11)),
                        new Fact("s", "", "nothing new", "", "inferred", "as others", YearMonth.of(2025, 1))),
                Fact.of(service));
    }

    @Test
    @DisplayName(
            "No name that nobody has published is in the catalogue, its defaults and the simulator alike: no test could see that it is wrong")
    void unsourcedNames() {
        Settings defaults = Settings.load(Path.of("config"), null, Map.of(), new Properties());
        services().forEach(service -> {
            Fact fields = Fact.of(service).stream()
                    .filter(fact -> fact.name().equals("fields"))
                    .findFirst()
                    .orElseThrow();
            ListApi simulated = SIMULATED.list(service.name());
            boolean sourced = Set.of("documented", "used").contains(fields.certainty());
            Set<String> shared = Arrays.stream(
                            Catalogue.resolved(fields.value(), defaults).split(",", -1))
                    .map(String::strip)
                    .filter(names(simulated)::contains)
                    .filter(name -> !IN_THE_SCHEMA.contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertTrue(
                    sourced || shared.isEmpty(),
                    service.name() + ": " + shared + " are invented, and the simulator has them from the catalogue");
            assertFalse(
                    sourced && String.valueOf(simulated.madeUp()).contains("field"),
                    service.name()
                            + ": the simulator says that its fields are made up, the catalogue that they are not");
        });
    }

    /** What the list's events hold; for whole records, the names in the payload. */
    private static Set<String> names(ListApi list) {
        if (!list.protocol().equals("records")) {
            return list.fields().keySet();
        }
        try (InputStream payload = FactTest.class.getResourceAsStream("/simulator/payloads/" + list.id() + ".json")) {
            Set<String> names = new TreeSet<>();
            Map<?, ?> record = new ObjectMapper().readValue(payload, Map.class);
            record.forEach((key, value) -> {
                String name = key.toString();
                names.add(name);
                if (value instanceof Map<?, ?> parts) {
                    parts.keySet().forEach(part -> names.add(name + "." + part));
                }
            });
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("Paths that nobody has published stand in the simulator alone")
    void unsourcedPaths() {
        facts().filter(fact -> fact.name().equals("address") && fact.certainty().equals("unknown"))
                .forEach(fact -> assertTrue(fact.value().endsWith(" "), fact + " has a path"));
    }
}

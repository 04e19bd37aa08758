package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.skatteetaten.Outcomes.Meaning;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every code that Skatteetaten has published for each API, and what the catalogue makes of it. */
class OutcomeTableTest {
    private static final Catalogue CATALOGUE = Catalogue.read(Path.of("routes"));

    private record Row(String service, String call, int status, String kode, Meaning meaning) {
        static Row of(String line) {
            String[] cells = line.split(",", -1);
            return new Row(
                    cells[0],
                    cells[1],
                    Integer.parseInt(cells[2]),
                    cells[3].equals("-") ? null : cells[3],
                    Meaning.of(cells[4]));
        }

        Map<String, String> parameters() {
            var found = CATALOGUE.service(service).orElseThrow();
            return call.equals("list")
                    ? found.list()
                    : found.lookups().get(call).parameters();
        }

        void holds() {
            Map<String, String> parameters = parameters();
            // What hendelsesliste-source takes for granted
            String declared = parameters.getOrDefault("outcomes", call.equals("list") ? "404 FA-005: empty" : "");
            assertEquals(meaning, new Outcomes(parameters.get("api"), declared, Map.of()).of(status, kode), toString());
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/outcomes.csv")).stream()
                .skip(1)
                .map(Row::of)
                .toList();
    }

    @Test
    @DisplayName("Every published code of every API means what the table says")
    void everyCode() throws IOException {
        List<Row> rows = rows();
        assertTrue(rows.size() > 450, "rows: " + rows.size());
        assertAll(rows.stream().map(row -> row::holds));
    }

    @Test
    @DisplayName("The table leaves out no list and no lookup that has published codes")
    void everyApi() throws IOException {
        Set<String> covered =
                rows().stream().map(row -> row.service() + "/" + row.call()).collect(Collectors.toSet());
        CATALOGUE.services().values().stream()
                .filter(service -> !service.list().isEmpty() && !service.name().equals("trekkpaalegg"))
                .forEach(service -> {
                    assertTrue(covered.contains(service.name() + "/list"), service.name());
                    service.lookups().keySet().stream()
                            .map(lookup -> service.name() + "/" + lookup)
                            .forEach(name -> assertTrue(covered.contains(name), name));
                });
    }
}

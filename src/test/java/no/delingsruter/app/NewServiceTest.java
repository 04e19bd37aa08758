package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewServiceTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "A list that is not in the catalogue is followed after one YAML file in routes/ and three keys, without a build")
    void oneFile() throws IOException {
        Path apis = Files.writeString(directory.resolve("apis.yaml"), """
                lists:
                  reiseinntekt:
                    api: reiseinntekthendelser
                    scopes: [skatteetaten:reiseinntekt]
                    key: person
                    period: year
                    fields: {sekvensnummer: sekvensnummer, identifikator: identifikator, gjelderPeriode: periode, hendelsestype: type}
                    types: capital
                    empty: 404
                    errors: {prefix: FA, url: "002", token: "003", input: "004", empty: "404 005", format: "006"}
                lookups:
                  reiseinntekt:
                    api: reiseinntekt
                    lists: [reiseinntekt]
                    paths: ["/v3/{rettighetspakke}/{personidentifikator}/reiser/{inntektsaar}"]
                    scope: skatteetaten:reiseinntekt
                    errors: {prefix: RI, unknown: "007", none: "008", format: "009", deleted: "406 010"}
                    payload: tilleggsskatt
                """);
        Path own = Files.createDirectory(directory.resolve("product"));
        try (TestBed bed = new TestBed(own, TestDatabase.H2, new SimulatorConfig().apis(apis))) {
            Files.copy(
                    Path.of("src/test/resources/reiseinntekt.camel.yaml"),
                    bed.routes().resolve("reiseinntekt.camel.yaml"));
            bed.simulator().list("reiseinntekt").publish("01810000001", "2024");
            bed.simulator().list("reiseinntekt").publish("01810000002", "2024");
            bed.simulator().list("reiseinntekt").publish("01810000002", "2024", Hendelsetype.SLETTET);
            bed.set("services", "reiseinntekt")
                    .set("reiseinntekt.rettighetspakke", "test")
                    .set("reiseinntekt.poll-interval", "200ms");
            bed.start().untilDone("reiseinntekt", Duration.ofMinutes(1));
            assertEquals(
                    List.of("found", "deleted"),
                    bed.jdbc().queryForList("select outcome from result order by identifikator", String.class));
            assertEquals(
                    bed.simulator()
                            .current("reiseinntekt", "01810000001", "2024")
                            .body(),
                    bed.jdbc().queryForObject("select payload from result where outcome = 'found'", String.class));
        }
    }
}

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
        isFollowed(
                "reiseinntekt",
                "/v3/{rettighetspakke}/{personidentifikator}/reiser/{inntektsaar}",
                "{prefix: RI, unknown: '007', none: '008', format: '009', deleted: '406 010'}",
                Files.readString(Path.of("src/test/resources/reiseinntekt.camel.yaml")));
    }

    private void isFollowed(String service, String path, String errors, String route) throws IOException {
        Path apis = Files.writeString(
                directory.resolve("apis.yaml"),
                """
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
                    paths: ["PATH"]
                    scope: skatteetaten:reiseinntekt
                    errors: ERRORS
                    payload: tilleggsskatt
                """.replace("reiseinntekt", service).replace("PATH", path).replace("ERRORS", errors));
        Path own = Files.createDirectory(directory.resolve("product"));
        try (TestBed bed = new TestBed(own, TestDatabase.H2, new SimulatorConfig().apis(apis))) {
            Files.writeString(bed.routes().resolve(service + ".camel.yaml"), route);
            bed.simulator().list(service).publish("01810000001", "2024");
            bed.simulator().list(service).publish("01810000002", "2024");
            bed.simulator().list(service).publish("01810000002", "2024", Hendelsetype.SLETTET);
            bed.set("services", service)
                    .set(service + ".rettighetspakke", "test")
                    .set(service + ".poll-interval", "200ms");
            bed.start().untilDone(service, Duration.ofMinutes(1));
            assertEquals(
                    List.of("found", "deleted"),
                    bed.jdbc().queryForList("select outcome from result order by identifikator", String.class));
            assertEquals(
                    bed.simulator().current(service, "01810000001", "2024").body(),
                    bed.jdbc().queryForObject("select payload from result where outcome = 'found'", String.class));
        }
    }
}

package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTest {
    @TempDir
    Path folder;

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void someFiles() throws IOException {
        file(
                "hendelser-inntekt.json",
                "{\"hendelser\":[{\"sekvensnummer\":12,\"identifikator\":\"02818012345\",\"gjelderPeriode\":\"2023-02\"},"
                        + "{\"sekvensnummer\":1,\"identifikator\":\"01818012345\",\"gjelderPeriode\":\"2023-01\",\"ekstra\":true}]}");
        file(
                "hendelser-inntekt-aar-2022doc.json",
                "{\"hendelser\":[{\"sekvensnummer\":99,\"identifikator\":\"01818012345\",\"gjelderPeriode\":\"2018\"}]}");
        file("hendelser-tom.json", "{\"hendelser\":[]}");
        file(
                "hendelser-skattemelding-fastsatt.json",
                "{\"hendelser\":[{\"sekvensnummer\":3,\"identifikator\":\"01818012345\",\"gjelderPeriode\":\"2022\","
                        + "\"registreringstidspunkt\":\"2021-03-10T09:29:16.000000Z\",\"hendelsetype\":\"NY\"}]}");
        file(
                "folkeregisteret-feed.json",
                "[{\"sekvensnummer\":1,\"hendelse\":{\"folkeregisteridentifikator\":\"01818012345\",\"hendelsetype\":\"endringINavn\"}}]");
        file(
                "inntekt-utdrag.json",
                "{\"oppgaveInntektsmottaker\": [{\"kalendermaaned\": \"2018-07\", \"opplysningspliktigId\": \"311094242\", \"inntektsmottaker\": {\"personidentifikator\": \"09898012345\"}}]}");
        file(
                "summertskattegrunnlag-v2-2021.json",
                "{\"personidentifikator\":\"09898012345\",\"inntektsaar\":\"2021\",\"grunnlag\":[]}");
        file("summertSkattegrunnlag2021.json", "{\"gammel\":true}");
        file("pgi-folketrygden.json", "{\"norskPersonidentifikator\":\"09898012345\",\"inntektsaar\":2023}");
        file("mvamelding.json", "{\"skattepliktig\":{\"organisasjonsnummer\":\"310150804\"},\"referanse\":\"180300\"}");
        file("mvamelding.xml", "<mvaMelding><referanse>180300</referanse></mvaMelding>");
        file("feil.json", "{}");
    }

    @Test
    void filesAreFoundByName() throws Exception {
        someFiles();
        try (Simulator sim = Simulator.start(new SimulatorConfig().recorded(folder, null))) {
            TestClient client = new TestClient(sim);
            String scope = "skatteetaten:inntekt";
            JsonNode page = TestClient.json(
                            client.get("/inntekthendelser/v1/hendelser?fraSekvensnummer=1&antall=10", scope))
                    .path("hendelser");
            assertEquals(2, page.size());
            assertEquals(
                    "{\"sekvensnummer\":1,\"identifikator\":\"01818012345\",\"gjelderPeriode\":\"2023-01\",\"ekstra\":true}",
                    page.get(0).toString());
            assertEquals(
                    404,
                    client.get("/inntekthendelser/v1/hendelser?fraSekvensnummer=13&antall=10", scope)
                            .statusCode());
            assertEquals(1, sim.list("skattemeldingfastsatt").size());
            assertEquals(
                    "endringINavn",
                    TestClient.json(client.get(
                                    "/folkeregisteret/folkeregisteret/offentlig-med-hjemmel/api/v1/hendelser/feed?seq=0",
                                    "folkeregister:deling/offentligmedhjemmel"))
                            .at("/0/hendelse/hendelsetype")
                            .asText());

            assertEquals(
                    "{\"oppgaveInntektsmottaker\": [{\"kalendermaaned\": \"2023-01\", \"opplysningspliktigId\": \"311094242\", \"inntektsmottaker\": "
                            + "{\"personidentifikator\": \"01818012345\"}}]}",
                    client.inntekt("01818012345", "2023-01").body());
            assertEquals(
                    "{\"personidentifikator\":\"01818012345\",\"inntektsaar\":\"2024\",\"grunnlag\":[]}",
                    client.get(
                                    "/summertskattegrunnlag/v2/fastsatt/test/2024/01818012345",
                                    "skatteetaten:summertskattegrunnlag")
                            .body());
            assertEquals(
                    "{\"norskPersonidentifikator\":\"01818012345\",\"inntektsaar\":2019}",
                    client.get(
                                    "/pgiforfolketrygden/v1/test/2019/01818012345",
                                    "skatteetaten:pensjonsgivendeinntektforfolketrygden")
                            .body());
            assertEquals(
                    "{\"skattepliktig\":{\"organisasjonsnummer\":\"310150804\"},\"referanse\":\"180999\"}",
                    client.get("/mvamelding/v1/test/180999", "skatteetaten:mvamelding")
                            .body());
            assertEquals(
                    "<mvaMelding><referanse>180999</referanse></mvaMelding>",
                    client.get("/mvamelding/v1/test/180999", "skatteetaten:mvamelding", "application/xml")
                            .body());

            // what is not recorded is generated, also for recorded events
            assertEquals(
                    200,
                    client.get("/skattemelding/v4/fastsatt/test/2022/01818012345", "skatteetaten:skattemelding")
                            .statusCode());
            assertEquals(
                    404,
                    client.get("/avregning/v2/test/2020/01818012345", "skatteetaten:avregning")
                            .statusCode());
        }
    }

    @Test
    void aMapSaysWhichFileAnswersWhat() throws Exception {
        someFiles();
        file(
                "recorded.yaml",
                "lists: {inntekt: hendelser-inntekt-aar-2022doc.json}\nlookups: {mvamelding: [mvamelding.json, mvamelding.xml], inntekt: inntekt-utdrag.json}\n");
        try (Simulator sim =
                Simulator.start(new SimulatorConfig().recorded(folder, null).substitute(false))) {
            TestClient client = new TestClient(sim);
            assertEquals(99, sim.list("inntekt").lastSekvensnummer());
            assertEquals(0, sim.list("skattemeldingfastsatt").size());
            assertEquals(
                    "09898012345",
                    TestClient.json(client.inntekt("01818012345", "2023-01"))
                            .at("/oppgaveInntektsmottaker/0/inntektsmottaker/personidentifikator")
                            .asText());
            assertEquals(
                    "<mvaMelding><referanse>180300</referanse></mvaMelding>",
                    client.get("/mvamelding/v1/test/180999", "skatteetaten:mvamelding", "application/xml")
                            .body());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> Simulator.start(new SimulatorConfig().recorded(folder.resolve("finnes-ikke"), null)));
    }
}

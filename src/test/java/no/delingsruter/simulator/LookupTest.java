package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.data.Hendelsetype;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookupTest {
    private static final String ID = "01818012345";
    private final Simulator sim =
            Simulator.start(new SimulatorConfig().rettighetspakker("avregning", java.util.Set.of("ssb")));
    private TestClient client;

    @BeforeEach
    void connect() {
        client = new TestClient(sim);
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    private static String kode(HttpResponse<String> response) {
        return response.statusCode() + " "
                + TestClient.json(response).path("kode").asText();
    }

    private long beloep(String maaned) {
        return TestClient.json(client.inntekt(ID, maaned))
                .path("oppgaveInntektsmottaker")
                .get(0)
                .path("inntekt")
                .get(0)
                .path("beloep")
                .asLong();
    }

    private HttpResponse<String> summert(String year) {
        return client.get(
                "/summertskattegrunnlag/v2/oppgjoer/test/" + year + "/" + ID, "skatteetaten:summertskattegrunnlag");
    }

    @Test
    void theVersionIsTheNumberOfEventsPublished() {
        sim.list("inntekt").publish(ID, "2024-03");
        assertEquals(1, beloep("2024-03"));
        String first = client.inntekt(ID, "2024-03").body();
        assertEquals(first, client.inntekt(ID, "2024-03").body());
        sim.list("inntekt").publish(ID, "2024-03");
        sim.list("inntekt").publish(ID, "2024-04");
        assertEquals(2, beloep("2024-03"));
        assertEquals(1, beloep("2024-04"));
        assertNotEquals(first, client.inntekt(ID, "2024-03").body());
        assertEquals(
                client.inntekt(ID, "2024-03").body(),
                sim.current("inntekt", ID, "2024-03").body());
        assertEquals(2, sim.current("inntekt", ID, "2024-03").version());
        HttpResponse<String> xml =
                client.get(TestClient.inntektPath(ID, "2024-03"), "skatteetaten:inntekt", "application/xml");
        assertEquals(
                xml.body(), sim.current("inntekt", ID, "2024-03", Format.XML).body());
    }

    @Test
    void generatedKeysAnswerWithTheirVersion() {
        sim.list("inntekt").generate(Generation.of(60, 20).periods(2));
        EventView last = sim.list("inntekt").event(59);
        int version = 0;
        for (int i = 0; i < 60; i++) {
            EventView e = sim.list("inntekt").event(i);
            version += e.identifikator().equals(last.identifikator())
                            && e.gjelderPeriode().equals(last.gjelderPeriode())
                    ? 1
                    : 0;
        }
        JsonNode found = TestClient.json(client.inntekt(last.identifikator(), last.gjelderPeriode()));
        assertEquals(
                version, found.at("/oppgaveInntektsmottaker/0/inntekt/0/beloep").asInt());
    }

    @Test
    void inntektAnswersAMonthEach() {
        sim.list("inntekt").publish(ID, "2024-03");
        sim.list("inntekt").publish(ID, "2024-05");
        sim.list("inntekt").publish(ID, "2023");
        String path = "/inntekt/v1/test/" + ID + "/inntekter";
        assertEquals(
                2,
                TestClient.json(client.get(path + "?fraOgMed=2024-01&tilOgMed=2024-12", "skatteetaten:inntekt"))
                        .path("oppgaveInntektsmottaker")
                        .size());
        assertEquals(
                1,
                TestClient.json(client.get(path + "?fraOgMed=2023-01&tilOgMed=2023-12", "skatteetaten:inntekt"))
                        .path("oppgaveInntektsmottaker")
                        .size());
        assertEquals(
                "404 IM-008", kode(client.get(path + "?fraOgMed=2024-04&tilOgMed=2024-04", "skatteetaten:inntekt")));
        assertEquals("400 IM-006", kode(client.get(path, "skatteetaten:inntekt")));
        assertEquals("400 IM-006", kode(client.get(path + "?fraOgMed=2024", "skatteetaten:inntekt")));
        assertEquals("404 IM-003", kode(client.get("/inntekt/v1/" + ID, "skatteetaten:inntekt")));
        HttpResponse<String> unknown = client.inntekt("02818012345", "2024-03");
        assertEquals("404 IM-007", kode(unknown));
        assertTrue(unknown.body().contains("02818012345"), "the melding holds the identifikator, as the real ones do");
        assertEquals("400 IM-006", kode(client.inntekt("123", "2024-03")));
    }

    @Test
    void eachApiHasItsOwnAnswerForDeleted() {
        sim.list("inntekt").publish(ID, "2024-03");
        sim.list("inntekt").publish(ID, "2024-03", Hendelsetype.SLETTET);
        assertEquals("404 IM-008", kode(client.inntekt(ID, "2024-03")));
        sim.list("skatteoppgjoer").publish(ID, "2024", Hendelsetype.SLETTET);
        assertEquals("410 SSG-011", kode(summert("2024")));
        sim.list("skatteoppgjoer").publish(ID, "2024");
        assertEquals(200, summert("2024").statusCode());
        sim.list("selskapsmelding").publish("310000099", "2024", Hendelsetype.SLETTET);
        assertEquals(
                "406 SME-010",
                kode(client.get("/selskapsmelding/v1/test/2024/310000099", "skatteetaten:selskapsmelding")));
        sim.list("skatteetatenregistrertselskap").publish("090090003", null);
        String path = "/skatteetatenregistrertselskap/v1/digdir/090090003";
        assertFalse(client.get(path, "skatteetaten:skatteetatenregistrertselskap")
                .body()
                .contains("slettetdato"));
        sim.list("skatteetatenregistrertselskap").publish("090090003", null, Hendelsetype.SLETTET);
        assertTrue(TestClient.json(client.get(path, "skatteetaten:skatteetatenregistrertselskap"))
                .path("slettetdato")
                .asText()
                .matches("20..-..-.."));
        assertTrue(client.get(path, "skatteetaten:skatteetatenregistrertselskap", "application/xml")
                .body()
                .contains("<slettetdato>20"));
    }

    @Test
    void shieldedAndUnknownKeys() {
        sim.list("skatteoppgjoer").publish(ID, "2024");
        sim.list("skatteoppgjoer").shield(ID, "2024", true);
        assertEquals(
                "{\"personidentifikator\":\"" + ID + "\",\"inntektsaar\":\"2024\",\"skjermet\":true}",
                summert("2024").body());
        sim.list("skatteoppgjoer").hide(ID, "2024", true);
        assertEquals("404 SSG-008", kode(summert("2024")));
    }

    @Test
    void afterAnIdentityChangeAnotherIdentifikatorAnswers() {
        sim.list("skatteoppgjoer").publish(ID, "2024");
        sim.list("skatteoppgjoer").publish(ID, "2024", Hendelsetype.IDENTITETSENDRING);
        String now =
                TestClient.json(summert("2024")).path("personidentifikator").asText();
        assertNotEquals(ID, now);
        assertEquals(11, now.length());
        assertEquals(
                summert("2024").body(),
                client.get("/summertskattegrunnlag/v2/oppgjoer/test/2024/" + now, "skatteetaten:summertskattegrunnlag")
                        .body());
    }

    @Test
    void gjelderPaaTidspunktAnswersTheVersionOfThen() {
        SimulatedList list = sim.list("skattemeldingfastsatt");
        list.generate(Generation.of(30, 5));
        String path = "/skattemelding/v4/fastsatt/test/2022/";
        JsonNode page = TestClient.json(
                        client.get("/skattemeldingfastsatthendelser/v1/hendelser", "skatteetaten:skattemelding"))
                .path("hendelser");
        java.util.Map<String, Integer> versions = new java.util.HashMap<>();
        for (JsonNode e : page) {
            String id = e.path("identifikator").asText();
            int version = versions.merge(id, 1, Integer::sum);
            JsonNode then = TestClient.json(client.get(
                    path + id + "?gjelderPaaTidspunkt="
                            + e.path("registreringstidspunkt").asText(),
                    "skatteetaten:skattemelding"));
            assertEquals(
                    version,
                    then.at("/arbeidTrygdOgPensjon/loennOgTilsvarendeYtelser/samletLoennsinntekt")
                            .asInt());
        }
        String id = list.event(0).identifikator();
        assertEquals(
                "404 SM-007",
                kode(client.get(path.replace("v4", "v5") + id, "skatteetaten:skattemelding")),
                "another version than the year's says that there is nothing");
        assertEquals(
                "404 SM-007",
                kode(client.get(path + id + "?gjelderPaaTidspunkt=2020-10-21T11:11:11", "skatteetaten:skattemelding")));
        assertEquals(
                "400 SM-006", kode(client.get(path + id + "?gjelderPaaTidspunkt=igaar", "skatteetaten:skattemelding")));
    }

    @Test
    void aVersionSpeaksItsYearsOnly() {
        sim.list("naeringsspesifikasjon").publish(ID, "2023");
        sim.list("naeringsspesifikasjon").publish(ID, "2024");
        String scope = "skatteetaten:naeringsspesifikasjon";
        assertEquals(
                200,
                client.get("/naeringsspesifikasjon/v4/test/2023/" + ID, scope).statusCode());
        assertEquals("422 NS-011", kode(client.get("/naeringsspesifikasjon/v4/test/2024/" + ID, scope)));
        assertEquals(
                200,
                client.get("/naeringsspesifikasjon/v5/test/2024/" + ID, scope).statusCode());
        assertEquals("404 NS-003", kode(client.get("/naeringsspesifikasjon/v9/test/2024/" + ID, scope)));
    }

    @Test
    void rettighetspakkerCanBeSet() {
        sim.list("skatteoppgjoer").publish(ID, "2024");
        assertEquals(
                200,
                client.get("/avregning/v2/ssb/2024/" + ID, "skatteetaten:avregning")
                        .statusCode());
        assertEquals("403 AR-005", kode(client.get("/avregning/v2/test/2024/" + ID, "skatteetaten:avregning")));
    }

    @Test
    void errorsFollowAccept() throws Exception {
        HttpResponse<String> xml =
                client.get(TestClient.inntektPath(ID, "2024-03"), "skatteetaten:inntekt", "application/xml");
        assertEquals(
                "urn:no:skatteetaten:datasamarbeid:feil:v1",
                ApisTest.parse(xml.body()).getDocumentElement().getNamespaceURI());
        assertEquals(
                200,
                sim.list("inntekt").publish(ID, "2024-03") > 0
                        ? client.get(TestClient.inntektPath(ID, "2024-03"), "skatteetaten:inntekt", "*/*")
                                .statusCode()
                        : 0);
        assertEquals(
                "406 IM-009",
                kode(client.get(TestClient.inntektPath(ID, "2024-03"), "skatteetaten:inntekt", "text/html")));
    }

    @Test
    void fastsattFindsItsOwnListFirst() {
        sim.list("skatteoppgjoer").publish(ID, "2024");
        String path = "/summertskattegrunnlag/v2/fastsatt/test/2024/" + ID;
        assertEquals(
                "fastsatt",
                TestClient.json(client.get(path, "skatteetaten:summertskattegrunnlag"))
                        .path("stadie")
                        .asText());
        sim.list("skattemeldingfastsatt").publish(ID, "2024");
        sim.list("skattemeldingfastsatt").publish(ID, "2024");
        assertEquals(
                2,
                TestClient.json(client.get(path, "skatteetaten:summertskattegrunnlag"))
                        .at("/grunnlag/0/beloep")
                        .asInt());
    }
}

package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlTest {
    private static final String ID = "01818012345";
    private final Simulator sim = Simulator.start();
    private TestClient client;

    @BeforeEach
    void connect() {
        client = new TestClient(sim);
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    @Test
    void publishLookAndCount() {
        JsonNode published = TestClient.json(client.control(
                "POST",
                "publish",
                "{\"list\":\"inntekt\",\"hendelser\":[{\"identifikator\":\"" + ID
                        + "\",\"gjelderPeriode\":\"2024-01\"},{\"identifikator\":\"" + ID
                        + "\",\"gjelderPeriode\":\"2024-01\",\"sekvensnummer\":10}]}"));
        assertEquals("[1,10]", published.path("sekvensnummer").toString());
        client.control(
                "POST",
                "publish",
                "{\"list\":\"skatteoppgjoer\",\"identifikator\":\"" + ID
                        + "\",\"gjelderPeriode\":\"2024\",\"hendelsetype\":\"slettet\"}");
        assertEquals(
                11,
                TestClient.json(client.control("POST", "publish", "{\"list\":\"inntekt\"}"))
                        .at("/sekvensnummer/0")
                        .asInt());
        assertEquals(
                "{\"inntekt\":{\"events\":3,\"firstSekvensnummer\":1,\"lastSekvensnummer\":11},\"skatteoppgjoer\":{\"events\":1,\"firstSekvensnummer\":1,\"lastSekvensnummer\":1}}",
                TestClient.json(client.control("GET", "events", "")).toString());

        JsonNode current = TestClient.json(
                client.control("GET", "current?api=inntekt&identifikator=" + ID + "&gjelderPeriode=2024-01", ""));
        assertEquals(2, current.path("version").asInt());
        assertEquals("found", current.path("outcome").asText());
        assertEquals(client.inntekt(ID, "2024-01").body(), current.path("body").asText());
        assertEquals(
                "410 SSG-011",
                with(TestClient.json(client.control(
                        "GET", "current?api=summertskattegrunnlag&identifikator=" + ID + "&gjelderPeriode=2024", ""))));
        client.control(
                "POST",
                "keys",
                "{\"list\":\"inntekt\",\"identifikator\":\"" + ID
                        + "\",\"gjelderPeriode\":\"2024-01\",\"shielded\":true}");
        assertTrue(client.inntekt(ID, "2024-01").body().contains("\"skjermet\":true"));

        JsonNode stats = TestClient.json(client.control("GET", "stats", ""));
        assertEquals(1, stats.at("/groups/0/maxInFlight").asInt());
        assertEquals("inntekt", stats.at("/groups/0/group").asText());
        assertEquals(2, stats.at("/groups/0/lookups").asInt());
        client.control("POST", "stats/reset", "");
        assertEquals(0, sim.stats().calls());
    }

    private static String with(JsonNode current) {
        return current.path("status").asInt() + " " + current.path("outcome").asText();
    }

    @Test
    void faultsLatencyAndTrace() {
        client.control("POST", "generate", "{\"list\":\"inntekt\",\"events\":50,\"keys\":10}");
        assertEquals(50, sim.list("inntekt").size());
        assertEquals(
                "{\"added\":[\"feil\"]}",
                TestClient.json(
                                client.control(
                                        "POST",
                                        "faults",
                                        "{\"name\":\"feil\",\"match\":{\"call\":\"list\"},\"action\":{\"type\":\"status\",\"status\":500}}"))
                        .toString());
        assertEquals(
                500,
                client.get("/inntekthendelser/v1/hendelser", "skatteetaten:inntekt")
                        .statusCode());
        assertEquals(
                "[{\"name\":\"feil\",\"matched\":1,\"fired\":1}]",
                TestClient.json(client.control("GET", "faults", "")).toString());
        client.control("DELETE", "faults?name=feil", "");
        assertEquals(
                200,
                client.get("/inntekthendelser/v1/hendelser", "skatteetaten:inntekt")
                        .statusCode());
        client.control("POST", "trace", "");
        client.control("POST", "latency", "{\"call\":\"list\",\"latency\":\"60ms\"}");
        long before = System.nanoTime();
        client.get("/inntekthendelser/v1/hendelser", "skatteetaten:inntekt");
        assertTrue(System.nanoTime() - before > 59_000_000L);
        assertEquals(2, TestClient.json(client.control("GET", "trace", "")).size());
        client.control("DELETE", "tokens", "");
        assertEquals(
                401,
                client.get("/inntekthendelser/v1/hendelser", "skatteetaten:inntekt")
                        .statusCode());
    }

    @Test
    void mistakesAreSaid() {
        assertError(404, "There is no GET /simulator/tull", client.control("GET", "tull", ""));
        assertError(400, "No list is named tull", client.control("POST", "publish", "{\"list\":\"tull\"}"));
        assertError(400, "The parameter identifikator is missing", client.control("GET", "current?api=inntekt", ""));
        assertError(400, "The body is no JSON", client.control("POST", "publish", "{"));
        assertError(
                400,
                "No fault action is named 'tull'",
                client.control("POST", "faults", "{\"action\":{\"type\":\"tull\"}}"));
        assertError(400, "A latency is written 50ms", client.control("POST", "latency", "{\"latency\":\"fort\"}"));
    }

    private static void assertError(int status, String start, HttpResponse<String> response) {
        assertEquals(status, response.statusCode());
        assertTrue(TestClient.json(response).path("error").asText().startsWith(start), response.body());
    }
}

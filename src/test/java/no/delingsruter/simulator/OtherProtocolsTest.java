package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Folkeregisteret and trekkpaalegg. */
class OtherProtocolsTest {
    private static final String SCOPE = "folkeregister:deling/offentligmedhjemmel";
    private static final String BASE = "/folkeregisteret/folkeregisteret/offentlig-med-hjemmel/api/v1";
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
    void theFeedComesInPagesOfAThousand() throws Exception {
        sim.list("folkeregisteret").generate(Generation.of(1500, 300).gaps(0.1));
        JsonNode page = TestClient.json(client.get(BASE + "/hendelser/feed?seq=0", SCOPE));
        assertEquals(1000, page.size());
        long next = page.get(999).path("sekvensnummer").asLong() + 1;
        assertEquals(
                500,
                TestClient.json(client.get(BASE + "/hendelser/feed?seq=" + next, SCOPE))
                        .size());
        assertEquals(
                500,
                TestClient.json(client.get(
                                "/folkeregisteret/folkeregisteret/api/privat/v1/hendelser/feed?seq=" + next,
                                "folkeregister:deling/privat"))
                        .size());
        assertEquals(
                sim.list("folkeregisteret").lastSekvensnummer(),
                Long.parseLong(client.get(BASE + "/hendelser/siste/sekvensnummer", SCOPE)
                        .body()));
        String atom = client.get(BASE + "/hendelser/feed?seq=0", SCOPE, "application/atom+xml")
                .body();
        assertEquals(
                1000,
                ApisTest.parse(atom)
                        .getElementsByTagNameNS("*", "lagretHendelse")
                        .getLength());
        assertTrue(atom.contains("rel='next'"));
        assertTrue(!client.get(BASE + "/hendelser/feed?seq=" + next, SCOPE, "application/xml")
                .body()
                .contains("rel='next'"));
    }

    @Test
    void nothingNewIs304() {
        sim.list("folkeregisteret").generate(Generation.of(5, 5));
        HttpResponse<String> end = client.get(BASE + "/hendelser/feed?seq=6", SCOPE);
        assertEquals("[]", end.body());
        String etag = end.headers().firstValue("ETag").orElseThrow();
        HttpRequest again = client.request(BASE + "/hendelser/feed?seq=6", SCOPE)
                .header("If-None-Match", etag)
                .build();
        assertEquals(304, client.send(again).statusCode());
        sim.list("folkeregisteret").publishNew();
        assertEquals(200, client.send(again).statusCode());
    }

    @Test
    void documentsBelongToTheirEvents() {
        sim.list("folkeregisteret").generate(Generation.of(6, 2));
        JsonNode page = TestClient.json(client.get(BASE + "/hendelser/feed?seq=0", SCOPE));
        JsonNode first = page.get(0).path("hendelse");
        String id = first.path("folkeregisteridentifikator").asText();
        JsonNode document = TestClient.json(client.get(
                BASE + "/hendelser/" + first.path("hendelsesdokument").asText(), SCOPE));
        assertEquals(id, document.path("folkeregisteridentifikator").asText());
        assertEquals("1", document.at("/endring/0/loepenummer").asText());
        JsonNode archived = TestClient.json(client.get(
                BASE + "/personer/arkiv/" + first.path("persondokument").asText(), SCOPE));
        assertEquals("Eksempel 1", archived.at("/navn/0/etternavn").asText());
        JsonNode now = TestClient.json(client.get(BASE + "/personer/" + id + "?part=navn&part=status", SCOPE));
        assertEquals(
                "Eksempel " + sim.current("person", id, null).version(),
                now.at("/navn/0/etternavn").asText());
        assertEquals(
                404,
                client.get(BASE + "/personer/arkiv/" + "0".repeat(32), SCOPE).statusCode());
    }

    @Test
    void bulkLookups() {
        sim.list("folkeregisteret").generate(Generation.of(3, 3));
        JsonNode page = TestClient.json(client.get(BASE + "/hendelser/feed?seq=0", SCOPE));
        String id = page.at("/0/hendelse/folkeregisteridentifikator").asText();
        String document = page.at("/1/hendelse/hendelsesdokument").asText();
        JsonNode persons = TestClient.json(post(
                "/personer/bulkoppslag",
                "{\"foedselsEllerDNummer\":[\"" + id + "\",\"01818099999\"]}",
                "application/json"));
        assertEquals(
                id,
                persons.at("/oppslag/0/folkeregisterperson/identifikasjonsnummer/0/foedselsEllerDNummer")
                        .asText());
        assertEquals("Ingen treff", persons.at("/oppslag/1/feilmelding").asText());
        JsonNode events = TestClient.json(post("/hendelser/bulkoppslag", "[\"" + document + "\"]", "application/json"));
        assertEquals(
                document,
                events.at("/oppslag/0/dokumentForHendelse/hendelsesidentifikator")
                        .asText());
        assertEquals(
                400, post("/personer/bulkoppslag", "tull", "application/json").statusCode());
        assertEquals(400, post("/personer/bulkoppslag", "[]", "text/plain").statusCode());
    }

    private HttpResponse<String> post(String path, String body, String type) {
        return client.send(client.request(BASE + path, SCOPE)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void trekkpaaleggGivesFullRecordsAfterTheCursor() {
        sim.list("trekkpaalegg").generate(Generation.of(10, 4));
        String scope = "skatteetaten:trekkpaalegg";
        JsonNode all =
                TestClient.json(client.get("/trekkpaalegg/api/trekkpaalegg/v1?fraSekvensnummer=0&maksAntall=6", scope));
        assertEquals(6, all.size());
        assertEquals(1, all.get(0).path("sekvensnummer").asLong());
        assertTrue(all.get(0).path("skyldner").asText().matches("[0-9]{11}"));
        assertTrue(all.get(0).path("trekkid").isTextual());
        JsonNode rest =
                TestClient.json(client.get("/trekkpaalegg/api/trekkpaalegg/v1?fraSekvensnummer=6&maksAntall=6", scope));
        assertEquals(4, rest.size());
        assertEquals(7, rest.get(0).path("sekvensnummer").asLong());
        assertTrue(rest.get(0).path("trekkversjon").asInt() > 1);
        assertEquals(
                "[]",
                client.get("/trekkpaalegg/api/trekkpaalegg/v1?fraSekvensnummer=10&maksAntall=6", scope)
                        .body());
        assertEquals(
                406,
                client.get("/trekkpaalegg/api/trekkpaalegg/v1", scope, "application/xml")
                        .statusCode());
    }
}

package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** Every API answers, list and lookup, in each of its formats and with its own codes. */
class ApisTest {
    private static Simulator sim;
    private static TestClient client;

    @BeforeAll
    static void start() {
        sim = Simulator.start();
        client = new TestClient(sim);
        sim.catalogue()
                .lists()
                .forEach(l -> sim.list(l.id())
                        .generate(Generation.of(20, 10)
                                .gaps(0.3)
                                .firstPeriod(l.period().equals("year") ? "2024" : null)));
    }

    @AfterAll
    static void stop() {
        sim.close();
    }

    static Stream<String> classicLists() {
        return sim.catalogue().lists().stream()
                .filter(l -> l.protocol().equals("classic"))
                .map(ListApi::id);
    }

    static Stream<String> lookups() {
        return sim.catalogue().lookups().stream().filter(l -> !l.document()).map(LookupApi::id);
    }

    @ParameterizedTest
    @MethodSource("classicLists")
    void listAnswersInItsFormats(String id) throws Exception {
        ListApi list = sim.catalogue().list(id);
        String path = "/" + list.api() + "/v1/hendelser?fraSekvensnummer=1&antall=1000";
        for (String scope : list.scopes()) {
            assertEquals(
                    20,
                    TestClient.json(client.get(path, scope)).path("hendelser").size());
        }
        String scope = list.scopes().get(0);
        JsonNode first =
                TestClient.json(client.get(path, scope)).path("hendelser").get(0);
        assertEquals(
                list.fields().keySet(),
                first.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet()));
        HttpResponse<String> xml = client.get(path, scope, "application/xml");
        if (list.formats().contains("xml")) {
            assertEquals(
                    20,
                    parse(xml.body())
                            .getElementsByTagNameNS("urn:no:skatteetaten:datasamarbeid:hendelser:v1", "hendelse")
                            .getLength());
        } else {
            assertEquals(406, xml.statusCode());
        }
        assertEquals(406, client.get(path, scope, "text/csv").statusCode());

        HttpResponse<String> nothing =
                client.get("/" + list.api() + "/v1/hendelser?fraSekvensnummer=100000&antall=10", scope);
        assertEquals(list.empty(), nothing.statusCode());
        assertEquals(
                list.empty() == 404
                        ? "{\"kode\":\"" + list.errors().code(Meaning.EMPTY).kode() + "\""
                        : "{\"hendelser\":[]}",
                nothing.body()
                        .substring(
                                0,
                                list.empty() == 404
                                        ? list.errors()
                                                        .code(Meaning.EMPTY)
                                                        .kode()
                                                        .length()
                                                + 10
                                        : 16));
        assertEquals(
                sim.list(id).event(0).sekvensnummer(),
                TestClient.json(client.get("/" + list.api() + "/v1/hendelser/start", scope))
                        .path("sekvensnummer")
                        .asLong());
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void lookupAnswersInItsFormats(String id) throws Exception {
        LookupApi lookup = sim.catalogue().lookup(id);
        EventView event = sim.list(lookup.lists().get(0)).event(0);
        for (String template : lookup.paths()) {
            String path = path(lookup, template, event.identifikator(), event.gjelderPeriode());
            HttpResponse<String> json = client.get(path, lookup.scopes().get(0));
            assertEquals(200, json.statusCode(), json.body());
            assertEquals(
                    "application/json",
                    json.headers().firstValue("Content-Type").orElse(""));
            assertTrue(json.headers().firstValue("korrelasjonsid").isPresent());
            assertTrue(json.body().contains(event.identifikator()), json.body());
            assertFalse(json.body().contains("{id}") || json.body().contains("#{"), json.body());
            assertTrue(
                    json.body().length() > 400 && json.body().length() < 1600,
                    id + " " + json.body().length());
            assertEquals(
                    sim.current(id, event.identifikator(), event.gjelderPeriode())
                            .body()
                            .length(),
                    TestClient.json(json).toString().length());
            HttpResponse<String> xml = client.get(path, lookup.scopes().get(0), "application/xml");
            if (lookup.formats().contains("xml")) {
                Document document = parse(xml.body());
                assertEquals(lookup.xml().root(), document.getDocumentElement().getLocalName());
                assertEquals(
                        lookup.xml().namespace(), document.getDocumentElement().getNamespaceURI());
            } else {
                assertEquals(406, xml.statusCode());
            }
            assertEquals(
                    401,
                    client.send(java.net.http.HttpRequest.newBuilder(
                                            java.net.URI.create("http://localhost:" + sim.port() + path))
                                    .build())
                            .statusCode());
            String wrongScope = lookup.scopes().contains("skatteetaten:inntekt")
                    ? "skatteetaten:mvamelding"
                    : "skatteetaten:inntekt";
            HttpResponse<String> forbidden = client.get(path, wrongScope);
            assertEquals(403, forbidden.statusCode());
            assertTrue(TestClient.json(forbidden)
                    .path("kode")
                    .asText()
                    .startsWith(lookup.errors().prefix()));
            if (template.contains("{rettighetspakke}")) {
                assertEquals(
                        403,
                        client.get(
                                        path.replace("/test/", "/ugyldig/"),
                                        lookup.scopes().get(0))
                                .statusCode());
            }
        }
    }

    static String path(LookupApi lookup, String template, String identifikator, String periode) {
        String path = "/" + lookup.api() + template.replace("{rettighetspakke}", "test");
        path = path.replaceAll("\\{\\w+:(\\w+)[^}]*}", "$1");
        if (lookup.versions() != null) {
            String version = lookup.versions().keySet().stream()
                    .filter(v -> lookup.speaks(v, periode))
                    .findFirst()
                    .orElseThrow();
            path = path.replace("{versjon}", version);
        }
        path = path.replaceAll("\\{(inntektsaar|periode)}", String.valueOf(periode))
                .replaceAll("\\{\\w+}", identifikator);
        return lookup.repeat() == null ? path : path + "?fraOgMed=" + periode + "&tilOgMed=" + periode;
    }

    static Document parse(String xml) throws ParserConfigurationException, IOException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}

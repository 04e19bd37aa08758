package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.data.Hendelse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListTest {
    private static final String SCOPE = "skatteetaten:inntekt";
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

    private JsonNode page(long from, int antall) {
        return TestClient.json(client.get(
                        "/inntekthendelser/v1/hendelser?fraSekvensnummer=" + from + "&antall=" + antall, SCOPE))
                .path("hendelser");
    }

    @Test
    void followedToItsEndItGivesEveryEventOnce() {
        sim.list("inntekt").generate(Generation.of(2500, 700).seed(4).gaps(0.3).periods(3));
        Set<String> keys = new HashSet<>();
        long next = 1;
        int read = 0;
        for (JsonNode page = page(next, 400); !page.isEmpty(); page = page(next, 400)) {
            assertTrue(page.size() <= 400);
            for (JsonNode e : page) {
                assertTrue(e.path("sekvensnummer").asLong() >= next);
                next = e.path("sekvensnummer").asLong() + 1;
                keys.add(e.path("identifikator").asText()
                        + e.path("gjelderPeriode").asText());
                read++;
            }
        }
        assertEquals(2500, read);
        assertEquals(700, keys.size());
        assertTrue(next > 2501, "there are gaps");
    }

    @Test
    void fraSekvensnummerIsInclusiveAndMustBePositive() {
        sim.list("inntekt").generate(10, 10, 1, 0);
        assertEquals(4, page(4, 3).get(0).path("sekvensnummer").asLong());
        for (String query : new String[] {
            "fraSekvensnummer=0", "fraSekvensnummer=-1", "fraSekvensnummer=x", "fraSekvensnummer=1&antall=0"
        }) {
            HttpResponse<String> refused = client.get("/inntekthendelser/v1/hendelser?" + query, SCOPE);
            assertEquals(400, refused.statusCode());
            assertEquals("FA-004", TestClient.json(refused).path("kode").asText());
        }
        HttpResponse<String> slash = client.get("/inntekthendelser/v1/hendelser/?fraSekvensnummer=1", SCOPE);
        assertEquals("FA-002", TestClient.json(slash).path("kode").asText());
        assertEquals(404, client.get("/finnesikke/v1/hendelser", SCOPE).statusCode());
    }

    @Test
    void numbersAboveInt32() {
        sim.list("inntekt").generate(Generation.of(3, 3).start(5_000_000_000L));
        assertEquals(
                5_000_000_001L,
                page(5_000_000_001L, 10).get(0).path("sekvensnummer").asLong());
    }

    @Test
    void startByDate() {
        sim.list("skatteoppgjoer")
                .publish(new Hendelse(
                        "01818012345",
                        "2024",
                        null,
                        7,
                        Instant.parse("2024-03-01T12:00:00Z").toEpochMilli(),
                        null));
        sim.list("skatteoppgjoer")
                .publish(new Hendelse(
                        "01818012345",
                        "2024",
                        null,
                        21,
                        Instant.parse("2024-05-01T12:00:00Z").toEpochMilli(),
                        null));
        String scope = "skatteetaten:summertskattegrunnlag";
        String path = "/skatteoppgjoerhendelser/v1/hendelser/start";
        assertEquals("{\"sekvensnummer\":7}", client.get(path, scope).body());
        assertEquals(
                "{\"sekvensnummer\":7}",
                client.get(path + "?dato=2024-03-01", scope).body());
        assertEquals(
                "{\"sekvensnummer\":21}",
                client.get(path + "?dato=2024-03-02", scope).body());
        assertEquals(404, client.get(path + "?dato=2024-05-02", scope).statusCode());
        assertEquals(400, client.get(path + "?dato=2023-31-12", scope).statusCode());
        assertEquals(
                400,
                client.get(
                                path + "?dato="
                                        + LocalDate.now(ZoneId.systemDefault()).plusDays(2),
                                scope)
                        .statusCode());
    }

    @Test
    void generatedTimesAreNotInTheOrderOfTheNumbers() {
        sim.list("skatteoppgjoer").generate(Generation.of(200, 200).deleted(0.2).identities(0.1));
        JsonNode page = TestClient.json(client.get("/skatteoppgjoerhendelser/v1/hendelser", "skatteetaten:avregning"))
                .path("hendelser");
        boolean backwards = false;
        Set<String> types = new HashSet<>();
        for (int i = 1; i < page.size(); i++) {
            backwards |= page.get(i)
                            .path("registreringstidspunkt")
                            .asText()
                            .compareTo(page.get(i - 1)
                                    .path("registreringstidspunkt")
                                    .asText())
                    < 0;
            types.add(page.get(i).path("hendelsetype").asText());
        }
        assertTrue(backwards);
        assertEquals(Set.of("NY", "SLETTET", "IDENTITETSENDRING"), types);
    }

    @Test
    void theSameSeedGivesTheSameList() {
        sim.list("inntekt").generate(Generation.of(300, 50).seed(9).gaps(0.2));
        try (Simulator other = Simulator.start()) {
            other.list("inntekt").generate(Generation.of(300, 50).seed(9).gaps(0.2));
            assertEquals(sim.list("inntekt").event(299), other.list("inntekt").event(299));
            other.list("skatteoppgjoer")
                    .generate(Generation.of(300, 50).seed(10).gaps(0.2));
            assertNotEquals(
                    sim.list("inntekt").event(299), other.list("skatteoppgjoer").event(299));
        }
    }

    @Test
    void aMillionEventsAreMadeInAMoment() {
        long before = System.nanoTime();
        sim.list("inntekt").generate(Generation.of(1_000_000, 400_000).gaps(0.1));
        assertTrue(System.nanoTime() - before < 5_000_000_000L);
        assertEquals(10_000, page(500_000, 50_000).size());
        assertFalse(page(sim.list("inntekt").lastSekvensnummer(), 1).isEmpty());
    }
}

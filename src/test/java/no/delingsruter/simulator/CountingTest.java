package no.delingsruter.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.http.Latency;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulator's counts are what the product's promises are measured by; so they are tested from outside. */
class CountingTest {
    private static final String SCOPE = "skatteetaten:inntekt";
    private final Simulator sim = Simulator.start();
    private TestClient client;

    @BeforeEach
    void connect() {
        client = new TestClient(sim);
        sim.list("inntekt").generate(Generation.of(100, 100));
        client.token(SCOPE);
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    private Stats.Group inntekt() {
        return sim.stats().group("inntekt", TestClient.ORGANISATION);
    }

    private String path(int key) {
        return TestClient.inntektPath(sim.list("inntekt").event(key).identifikator(), "2024-01");
    }

    @Test
    void sixAtOnceAreSeenAsSixAndFiveAsFive() throws Exception {
        sim.latency(null, null, Latency.constant(20));
        assertEquals(5, mostInFlight(5, 60));
        sim.resetStats();
        assertEquals(6, mostInFlight(6, 60));
        await().until(() -> sim.stats().inFlight() == 0);
    }

    @Test
    void atFullSpeedTheNextCallIsNeverCountedTogetherWithTheLast() throws Exception {
        assertTrue(mostInFlight(5, 3000) <= 5);
    }

    /** A client that holds to the limit exactly: the next call leaves in the moment an answer has been read. */
    private int mostInFlight(int limit, int calls) throws InterruptedException {
        Semaphore permits = new Semaphore(limit);
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            permits.acquire();
            String path = i % 10 == 0 ? "/inntekthendelser/v1/hendelser?fraSekvensnummer=1&antall=5" : path(i % 100);
            all.add(client.sendAsync(client.request(path, SCOPE).build()).whenComplete((r, e) -> permits.release()));
        }
        for (CompletableFuture<HttpResponse<String>> one : all) {
            assertEquals(200, one.join().statusCode());
        }
        assertEquals(calls, inntekt().calls());
        assertEquals(calls / 10, inntekt().listCalls());
        assertEquals(Map.of("200", (long) calls), inntekt().status());
        return inntekt().maxInFlight();
    }

    @Test
    void aCallIsOverWhenTheClientGoesAway() throws Exception {
        sim.latency(null, Call.Kind.LOOKUP, Latency.constant(60_000));
        try (Socket socket = new Socket("localhost", sim.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path(1) + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + client.token(SCOPE)
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> inntekt().inFlight() == 1);
        }
        await().until(() -> inntekt().inFlight() == 0);
        assertEquals(1L, inntekt().status().get("closed"));
        assertEquals(1, sim.stats().korrelasjonsid().missing());
    }

    @Test
    void lookupsPerKey() {
        for (int i = 0; i < 10; i++) {
            client.get(path(i % 4), SCOPE);
        }
        Stats.Lookups lookups = sim.stats().lookups();
        assertEquals(10, lookups.calls());
        assertEquals(4, lookups.keys());
        assertEquals(6, lookups.repeated());
        assertEquals(3, lookups.mostForOneKey());
        assertEquals(3, sim.lookupsOf("inntekt", sim.list("inntekt").event(0).identifikator(), "2024-01"));
        assertEquals(0, sim.lookupsOf("inntekt", sim.list("inntekt").event(9).identifikator(), "2024-01"));
    }

    @Test
    void korrelasjonsidMustBeAUuidAndNew() {
        String id = UUID.randomUUID().toString();
        client.send(
                client.request(path(1), SCOPE).setHeader("Korrelasjonsid", id).build());
        HttpResponse<String> again = client.send(
                client.request(path(1), SCOPE).setHeader("Korrelasjonsid", id).build());
        client.send(client.request(path(1), SCOPE)
                .setHeader("Korrelasjonsid", "1234")
                .build());
        assertEquals(new Stats.Korrelasjonsid(0, 1, 1), sim.stats().korrelasjonsid());
        assertEquals(200, again.statusCode());
        assertEquals(id, again.headers().firstValue("korrelasjonsid").orElse(""));
    }

    @Test
    void callsInsideRetryAfterAreCounted() {
        sim.faults().add("{match: {api: inntekt, first: 1}, action: {type: status, status: 429, retryAfter: 2}}");
        assertEquals(429, client.get(path(1), SCOPE).statusCode());
        assertEquals(0, inntekt().insideRetryAfter());
        await().pollDelay(Duration.ofMillis(250)).until(() -> true);
        client.get(path(1), SCOPE);
        client.get("/inntekthendelser/v1/hendelser", SCOPE);
        assertEquals(2, inntekt().insideRetryAfter());
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        client.get(path(1), SCOPE);
        assertEquals(2, inntekt().insideRetryAfter());
    }

    @Test
    void connectionsAndChangesAreRecorded() {
        sim.trace(true);
        client.get(path(1), SCOPE);
        client.get(path(2), SCOPE);
        List<Stats.Change> changes = sim.changes();
        assertEquals(
                List.of(1, 0, 1, 0),
                changes.stream().map(Stats.Change::inFlight).toList());
        assertTrue(changes.get(0).atMicros() <= changes.get(3).atMicros());
        assertEquals("inntekt", changes.get(0).group());
        assertEquals(1, sim.stats().connections().opened());
        sim.trace(false);
        assertEquals(List.of(), sim.changes());
    }

    @Test
    void latencyIsKeptAndBlocksNobody() {
        sim.latency("inntekt", Call.Kind.LOOKUP, Latency.constant(50));
        for (int i = 0; i < 5; i++) {
            client.get(path(1), SCOPE);
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = System.nanoTime();
            client.get(path(1), SCOPE);
            best = Math.min(best, System.nanoTime() - before);
        }
        assertTrue(
                best >= TimeUnit.MILLISECONDS.toNanos(49) && best < TimeUnit.MILLISECONDS.toNanos(100), best + " ns");
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        long before = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            all.add(client.sendAsync(client.request(path(i), SCOPE).build()));
        }
        all.forEach(CompletableFuture::join);
        assertTrue(
                System.nanoTime() - before < TimeUnit.MILLISECONDS.toNanos(800),
                "forty at once, not one after the other");
        long list = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            client.get("/inntekthendelser/v1/hendelser?antall=1", SCOPE);
            list = Math.min(list, System.nanoTime() - start);
        }
        assertTrue(list < TimeUnit.MILLISECONDS.toNanos(45), "lists have a latency of their own");
    }
}

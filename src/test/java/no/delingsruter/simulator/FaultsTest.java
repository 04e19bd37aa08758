package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import no.delingsruter.simulator.data.Generation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final String SCOPE = "skatteetaten:inntekt";
    private static final String LIST = "/inntekthendelser/v1/hendelser?fraSekvensnummer=1&antall=10";
    private final Simulator sim = Simulator.start();
    private TestClient client;
    private String id;
    private String lookup;

    @BeforeEach
    void connect() {
        client = new TestClient(sim);
        sim.list("inntekt").generate(Generation.of(200, 200).start(50));
        id = sim.list("inntekt").event(0).identifikator();
        lookup = path(0);
        client.token(SCOPE);
    }

    @AfterEach
    void stop() {
        assertEquals(0, sim.stats().inFlight(), "every fault ends its call");
        sim.close();
    }

    private String path(int key) {
        return TestClient.inntektPath(sim.list("inntekt").event(key).identifikator(), "2024-01");
    }

    private void fault(String action) {
        sim.faults().clear();
        sim.faults().add("{match: {api: inntekt}, action: " + action + "}");
    }

    private HttpResponse<String> get() {
        return client.get(lookup, SCOPE);
    }

    private int status(int key) {
        return client.get(path(key), SCOPE).statusCode();
    }

    @Test
    void status() {
        fault("{type: status, status: 500}");
        assertEquals("IM-001", TestClient.json(get()).path("kode").asText());
        assertEquals(
                "FA-001", TestClient.json(client.get(LIST, SCOPE)).path("kode").asText());
        fault("{type: status, status: 503}");
        assertEquals("DAS-003", TestClient.json(get()).path("kode").asText());
        fault("{type: status, status: 404, kode: IM-099}");
        assertEquals("IM-099", TestClient.json(get()).path("kode").asText());
        fault("{type: status, status: 503, body: '<html><body>Gateway</body></html>', headers: {X-Support: '1'}}");
        assertEquals("text/html", get().headers().firstValue("Content-Type").orElse(""));
        assertEquals("1", get().headers().firstValue("X-Support").orElse(""));
        fault("{type: status, status: 429, retryAfter: 3}");
        assertEquals("3", get().headers().firstValue("Retry-After").orElse(""));
        fault("{type: status, status: 429, retryAfter: 100, retryAfterDate: true}");
        ZonedDateTime until = ZonedDateTime.parse(
                get().headers().firstValue("Retry-After").orElse(""), DateTimeFormatter.RFC_1123_DATE_TIME);
        assertTrue(Duration.between(ZonedDateTime.now(ZoneOffset.UTC), until).toSeconds() > 90);
        fault("{type: status, status: 429}");
        assertTrue(get().headers().firstValue("Retry-After").isEmpty());
    }

    @Test
    void reset() throws Exception {
        fault("{type: reset}");
        assertEquals(0, raw().length);
        assertThrows(UncheckedIOException.class, this::get);
        assertTrue(
                sim.stats().group("inntekt", TestClient.ORGANISATION).status().get("reset") >= 1);
        fault("{type: reset-in-body}");
        String part = new String(raw(), StandardCharsets.UTF_8);
        assertTrue(part.startsWith("HTTP/1.1 200 OK") && part.contains("oppgaveInntektsmottaker"), part);
        assertThrows(UncheckedIOException.class, this::get);
    }

    /** All bytes that arrive before the connection ends, in whatever way. */
    private byte[] raw() throws IOException {
        try (Socket socket = new Socket("localhost", sim.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write(("GET " + lookup + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + client.token(SCOPE) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] all = new byte[10_000];
            int length = 0;
            try {
                for (int n = socket.getInputStream().read(all);
                        n >= 0;
                        n = socket.getInputStream().read(all, length, all.length - length)) {
                    length += n;
                }
            } catch (java.net.SocketException e) {
                assertEquals("Connection reset", e.getMessage());
            }
            return Arrays.copyOf(all, length);
        }
    }

    @Test
    void brokenBodies() {
        String right = get().body();
        fault("{type: truncated}");
        assertEquals(right.substring(0, right.length() / 2), get().body());
        fault("{type: truncated, share: 0.9}");
        assertTrue(get().body().length() > right.length() * 0.85);
        fault("{type: garbage}");
        HttpResponse<String> garbage = get();
        assertThrows(JsonProcessingException.class, () -> new ObjectMapper().readTree(garbage.body()));
        assertEquals(
                "application/json", garbage.headers().firstValue("Content-Type").orElse(""));
        fault("{type: content-type, contentType: application/octet-stream}");
        assertEquals(right, get().body());
        assertEquals(
                "application/octet-stream",
                get().headers().firstValue("Content-Type").orElse(""));
        fault("{type: login-page}");
        assertEquals(200, get().statusCode());
        assertTrue(get().body().startsWith("<!DOCTYPE html>"));
        fault("{type: another-person}");
        assertFalse(get().body().contains(id));
        assertEquals(right.length(), get().body().length());
    }

    @Test
    void gzipCutShort() throws Exception {
        fault("{type: gzip-cut}");
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(client.request(lookup, SCOPE).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElse(""));
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThrows(EOFException.class, in::readAllBytes);
        }
    }

    @Test
    void slowAnswers() {
        String right = get().body();
        long before = System.nanoTime();
        fault("{type: stall, ms: 150}");
        assertEquals(right, get().body());
        assertTrue(System.nanoTime() - before > TimeUnit.MILLISECONDS.toNanos(145));
        before = System.nanoTime();
        fault("{type: drip, bytes: 100, everyMs: 20}");
        assertEquals(right, get().body());
        assertTrue(System.nanoTime() - before > TimeUnit.MILLISECONDS.toNanos(20L * (right.length() / 100)));
    }

    @Test
    void forgottenToken() {
        sim.faults().add("{match: {call: lookup, first: 1}, action: {type: forget-token}}");
        assertEquals("IM-004", TestClient.json(get()).path("kode").asText());
        assertEquals(401, get().statusCode(), "the token is gone for good");
        client.forget();
        assertEquals(200, get().statusCode());
    }

    @Test
    void tokenEndpointDown() {
        sim.faults()
                .add(
                        "[{name: down, match: {call: token, first: 1}, action: {type: status, status: 503}}, {name: gone, match: {call: token, first: 1}, action: {type: reset}}]");
        assertEquals(503, client.grant("x").statusCode());
        assertThrows(UncheckedIOException.class, () -> client.grant("x"));
        assertEquals(400, client.grant("x").statusCode());
        assertEquals(200, get().statusCode());
    }

    @Test
    void redirectAndCookies() {
        fault("{type: redirect, location: 'http://127.0.0.1:1/'}");
        assertEquals(302, get().statusCode());
        assertEquals(
                "http://127.0.0.1:1/", get().headers().firstValue("Location").orElse(""));
        fault("{type: redirect, status: 307}");
        assertEquals(307, get().statusCode());
        fault("{type: cookies}");
        assertTrue(get().headers().firstValue("Set-Cookie").isPresent());
        assertEquals(200, get().statusCode());
    }

    @Test
    void oversize() throws Exception {
        fault("{type: oversize, megabytes: 20}");
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(client.request(lookup, SCOPE).build(), HttpResponse.BodyHandlers.ofInputStream());
        long length = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = response.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                length += n;
            }
        }
        assertTrue(length > 20L << 20, "" + length);
    }

    private JsonNode page(String change) {
        fault("{type: page, change: " + change + "}");
        return TestClient.json(client.get(LIST, SCOPE));
    }

    @Test
    void oddPages() {
        assertEquals(59, page("unsorted").at("/hendelser/0/sekvensnummer").asLong());
        assertEquals(20, page("repeated").path("hendelser").size());
        assertEquals(1, page("lower").at("/hendelser/0/sekvensnummer").asLong());
        assertEquals(
                3_000_000_050L,
                page("over-int32").at("/hendelser/0/sekvensnummer").asLong());
        assertTrue(page("unknown-fields").at("/hendelser/0/nyStruktur/liste").isArray());
        assertEquals("{}", page("no-hendelser").toString());
    }

    @Test
    void whichCalls() {
        sim.faults().add("{match: {call: lookup, everyNth: 3}, action: {type: status, status: 500}}");
        assertEquals("200 200 500 200 200 500", statuses(6));
        assertEquals(200, client.get(LIST, SCOPE).statusCode());
        assertEquals(6, sim.stats().faults().get(0).matched());
        assertEquals(2, sim.stats().faults().get(0).fired());
        with("{call: list, api: inntekthendelser}");
        assertEquals(500, client.get(LIST, SCOPE).statusCode());
        assertEquals(200, get().statusCode());
        with("{first: 2}");
        assertEquals("500 500 200 200", statuses(4));
        with("{calls: [2, 3]}");
        assertEquals("200 500 500 200", statuses(4));
        with("{identifikator: '" + id + "'}");
        assertEquals("500 200 200", statuses(3));
        with("{organisation: '399999999'}");
        assertEquals("200 200", statuses(2));
        with("{seconds: [1000, 2000]}");
        assertEquals("200", statuses(1));
        with("{seconds: [0, 1000], call: any}");
        assertEquals("500", statuses(1));
        with("{firstPerKey: 1, call: lookup}");
        assertEquals("500 500", statuses(2));
        assertEquals("200 200", statuses(2));
    }

    private void with(String match) {
        sim.faults().clear();
        sim.faults().add("{match: " + match + ", action: {type: status, status: 500}}");
    }

    private String statuses(int calls) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < calls; i++) {
            all.append(i == 0 ? "" : " ").append(status(i));
        }
        return all.toString();
    }

    @Test
    void sharesAndProbabilitiesComeFromTheSeed() {
        with("{keyShare: 0.2, seed: 5}");
        Set<Integer> failing = failing();
        assertTrue(failing.size() > 20 && failing.size() < 60, "" + failing.size());
        assertEquals(failing, failing());
        with("{probability: 0.2, seed: 5}");
        Set<Integer> once = failing();
        assertTrue(once.size() > 20 && once.size() < 60, "" + once.size());
        assertNotEquals(once, failing());
        with("{probability: 0.2, seed: 5}");
        assertEquals(once, failing());
    }

    private Set<Integer> failing() {
        Set<Integer> failing = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            if (status(i) == 500) {
                failing.add(i);
            }
        }
        return failing;
    }

    @Test
    void mistakesAreSaidInOneSentence() {
        for (String[] wrong : new String[][] {
            {"{action: {type: tull}}", "No fault action is named 'tull'"},
            {"{action: {type: drip, bites: 3}}", "The fault action drip has no field 'bites'"},
            {"{match: {cal: list}, action: {type: reset}}", "match has no field 'cal'"},
            {
                "{match: {call: start}, action: {type: reset}}",
                "match.call is token, list, lookup, bulk or any, not 'start'"
            },
            {"{match: {calls: [1]}, action: {type: reset}}", "match.seconds and match.calls are two numbers"},
            {"{actoin: {type: reset}}", "A fault has name, match, limit and action, but no 'actoin'"},
            {"{action: {type: page, change: tull}}", "page.change is unsorted"},
            {"{action: {type: stall, ms: lenge}}", "The fault action stall cannot be read"},
            {"{limit: {}, action: {type: reset}}", "limit has either open or perSecond"},
            {"a: b: c", "The faults are no YAML"},
            {"tull", "The faults are a list"}
        }) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> sim.faults().add(wrong[0]));
            assertTrue(e.getMessage().startsWith(wrong[1]) && !e.getMessage().contains("\n"), e.getMessage());
        }
        assertEquals(0, sim.stats().faults().size());
    }

    @Test
    void aBrokenOffClientLeavesNothingBehind() throws Exception {
        fault("{type: stall, ms: 60000}");
        HttpResponse<String> control = client.control("GET", "stats", "");
        assertEquals(200, control.statusCode());
        try (Socket socket = new Socket("localhost", sim.port())) {
            socket.getOutputStream()
                    .write(("GET " + URI.create(lookup).toASCIIString() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            org.awaitility.Awaitility.await().until(() -> sim.stats().inFlight() == 1);
        }
        org.awaitility.Awaitility.await().until(() -> sim.stats().inFlight() == 0);
    }
}

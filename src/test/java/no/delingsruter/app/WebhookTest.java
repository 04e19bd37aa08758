package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import no.delingsruter.configuration.ConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("direct:webhook, to a real HTTP server")
class WebhookTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    @TempDir
    Path directory;

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger status = new AtomicInteger(204);
    private volatile String retryAfter = "";
    private HttpServer receiver;

    private record Received(Headers headers, String body, int status, Instant at) {
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            int answer = status.get();
            received.add(new Received(
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    answer,
                    Instant.now()));
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private TestBed bed() {
        TestBed bed = new TestBed(directory);
        bed.simulator().list("inntekt").generate(3, 3, 1, 0);
        return bed.set("delivery.endpoints", "direct:webhook")
                .set("webhook.url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?source=skatt")
                .set("webhook.secret", SECRET);
    }

    @Test
    @DisplayName("I8, I9: a signed POST with an id that stays the same, and nobody named in a header")
    void signed() throws GeneralSecurityException {
        try (TestBed bed = bed().set("webhook.cloudevents", "true")) {
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
        }
        assertEquals(3, received.size());
        for (Received one : received) {
            assertEquals(signature(one), one.header("webhook-signature"));
            assertEquals(one.header("webhook-id"), one.header("Idempotency-Key"));
            assertEquals(one.header("webhook-id"), one.header("ce-id"));
            assertEquals("no.skatteetaten.inntekt.first", one.header("ce-type"));
            assertEquals("application/json", one.header("Content-Type"));
            assertTrue(Math.abs(Long.parseLong(one.header("webhook-timestamp"))
                            - one.at().getEpochSecond())
                    <= 2);
            assertFalse(one.headers().containsKey("Identifikator"));
        }
    }

    @Test
    @DisplayName(
            "I2, I16: 429 means later: nothing is sent before Retry-After is over, it is said, and nothing is parked")
    void later() {
        status.set(429);
        retryAfter = "3";
        try (TestBed bed = bed().set("lookup.workers", "1").start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !received.isEmpty());
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> String.valueOf(
                                    bed.application().alerts().open().get("inntekt"))
                            .startsWith("paused: webhook.url answers 429; no lookup is made before "));
            status.set(200);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(0, bed.count("parked"));
            assertEquals(4, received.size());
            assertEquals(0, bed.simulator().stats().lookups().repeated(), "the answer is kept");
            List<Instant> at = received.stream().map(Received::at).toList();
            assertTrue(Duration.between(at.get(0), at.get(1)).toMillis() >= 2_900, at::toString);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> bed.application().alerts().open().isEmpty());
        }
    }

    @Test
    @DisplayName("I16: however long a receiver wants to be left alone, it is tried again within the hour")
    void muchLater() {
        status.set(503);
        retryAfter = "9999999";
        try (TestBed bed = bed().start()) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(
                                    bed.application().alerts().open().get("inntekt"))
                            .contains("within the hour, though it asks for more"));
            Timestamp due = bed.jdbc().queryForObject("select max(due_at) from pending_lookup", Timestamp.class);
            assertTrue(due.toInstant().isBefore(Instant.now().plus(Duration.ofMinutes(61))), due::toString);
        }
    }

    @Test
    @DisplayName("I2: any other answer is a failure, whose status is said, and nothing of the address")
    void refused() {
        status.set(500);
        try (TestBed bed = bed().start()) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> bed.jdbc()
                            .queryForList("select last_failure from pending_lookup", String.class)
                            .toString()
                            .contains("webhook.url answers 500"));
            assertFalse(bed.jdbc()
                    .queryForList("select last_failure from pending_lookup", String.class)
                    .toString()
                    .contains("hook?"));
            status.set(202);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(3, received.stream().filter(one -> one.status() == 202).count());
            assertEquals(
                    3,
                    received.stream()
                            .map(one -> one.header("webhook-id"))
                            .distinct()
                            .count(),
                    "the same id at each try");
        }
    }

    @Test
    @DisplayName("An address that is missing, and a secret that is none, are said before anything is called")
    void configuration() {
        try (TestBed bed = bed().set("webhook.url", "")) {
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.startsWith("webhook.url is missing"), said);
            bed.set("webhook.url", "http://127.0.0.1:1").set("webhook.secret", "kort1");
            said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.contains("webhook.secret is none: it is whsec_"), said);
            assertFalse(said.contains("kort1"), said);
        }
    }

    /** As a receiver computes it. */
    private static String signature(Received one) throws GeneralSecurityException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes((one.header("webhook-id") + "." + one.header("webhook-timestamp") + ".")
                .getBytes(StandardCharsets.UTF_8));
        content.writeBytes(one.body().getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.toByteArray()));
    }
}

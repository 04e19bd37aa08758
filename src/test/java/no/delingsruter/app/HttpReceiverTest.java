package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A receiver by HTTP, with a query in its address and nothing known of Camel's defaults")
class HttpReceiverTest {
    @TempDir
    Path directory;

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private HttpServer receiver;

    private record Received(String method, String query, Map<String, List<String>> headers, String body) {}

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getQuery(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private Received deliver(Map<String, String> settings) {
        try (TestBed bed = new TestBed(directory)) {
            settings.forEach(bed::set);
            bed.set(
                    "delivery.endpoints",
                    "http://127.0.0.1:" + receiver.getAddress().getPort() + "/x?a=b");
            bed.simulator().list("inntekt").generate(1, 1, 1, 0);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
        }
        assertEquals(1, received.size());
        return received.remove();
    }

    @Test
    @DisplayName(
            "I8: it is a POST of the payload with its type and an idempotency key, and no header says whom it is about")
    void post() {
        Received one = deliver(Map.of());
        assertEquals("POST", one.method());
        assertEquals("a=b", one.query());
        assertEquals(List.of("application/json"), one.headers().get("Content-type"));
        assertEquals(one.headers().get("Idempotencykey"), one.headers().get("Idempotency-key"));
        assertEquals(List.of("found"), one.headers().get("Outcome"));
        assertFalse(one.headers().containsKey("Identifikator"));
        assertFalse(one.body().isEmpty());
    }

    @Test
    @DisplayName("The identifikator goes with it for those who name it in delivery.headers, and nothing else then")
    void named() {
        Received one = deliver(Map.of("delivery.headers", "identifikator,idempotencyKey"));
        assertEquals(11, one.headers().get("Identifikator").get(0).length());
        assertFalse(one.headers().containsKey("Outcome"));
    }
}

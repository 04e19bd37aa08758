package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookupAddressTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I5: a lookup asks for the event's period and nothing after it: the whole path and query of the route reach the API")
    void wholeQuery() throws IOException {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getRawQuery());
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        api.start();
        try (TestBed bed = new TestBed(directory)) {
            bed.set(
                    "skatteetaten.url.inntekt",
                    "http://127.0.0.1:" + api.getAddress().getPort());
            bed.simulator().list("inntekt").generate(1, 1, 1, 0);
            bed.start();
            String query = await().until(asked::poll, found -> found != null);
            String month = bed.jdbc().queryForObject("select gjelder_periode from pending_lookup", String.class);
            assertEquals("fraOgMed=" + month + "&tilOgMed=" + month, query);
        } finally {
            api.stop(0);
        }
    }
}

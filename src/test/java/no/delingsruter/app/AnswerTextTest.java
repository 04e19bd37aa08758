package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEXT = "{\"navn\":\"Åse Ødegård €\"}";
    private static final String LATIN = "{\"navn\":\"Åse Ødegård\"}";

    /** What is answered, and as what. */
    @SuppressWarnings("ArrayRecordComponent") // two are never compared
    private record Sent(String contentType, String text, Charset charset, int... mark) {
        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int one : mark) {
                out.write(one);
            }
            out.writeBytes(text.getBytes(charset));
            return out.toByteArray();
        }
    }

    private static final Map<String, Sent> WHOLE = Map.of(
            "01810000001", new Sent("application/json", TEXT, StandardCharsets.UTF_8),
            "01810000002", new Sent("application/json", TEXT, StandardCharsets.UTF_8, 0xEF, 0xBB, 0xBF),
            "01810000003", new Sent("application/json", TEXT, StandardCharsets.UTF_16LE, 0xFF, 0xFE),
            "01810000004", new Sent("application/json; charset=utf-16", TEXT, StandardCharsets.UTF_16BE),
            "01810000005", new Sent("application/json", TEXT, Charset.forName("UTF-32BE")),
            "01810000006", new Sent("application/json", TEXT, Charset.forName("UTF-32LE"), 0xFF, 0xFE, 0, 0),
            "01810000007", new Sent("application/json;charset=ISO-8859-1", LATIN, StandardCharsets.ISO_8859_1),
            "01810000008",
                    new Sent("application/json; charset=\"windows-1252\"", TEXT, Charset.forName("windows-1252")),
            "01810000009", new Sent("application/json", "\r\n " + TEXT + "\n", StandardCharsets.UTF_8));

    private static final Map<String, Sent> BROKEN = Map.of(
            "01810000011", new Sent("application/json", "{\"ok\":1}{\"ok\":2}", StandardCharsets.UTF_8),
            "01810000012", new Sent("application/json", LATIN, StandardCharsets.ISO_8859_1));

    @TempDir
    Path directory;

    private HttpServer server(Map<String, Sent> answers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(5));
        server.createContext("/", exchange -> answer(exchange, answers));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Map<String, Sent> answers) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Sent sent = answers.entrySet().stream()
                .filter(entry -> path.contains(entry.getKey()))
                .findFirst()
                .orElseThrow()
                .getValue();
        byte[] bytes = sent.bytes();
        exchange.getResponseHeaders().set("Content-Type", sent.contentType());
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    @DisplayName(
            "An answer in any charset is stored, and written to a file, as one JSON in UTF-8; what is not one whole JSON is parked")
    void anyCharset() throws Exception {
        Map<String, Sent> answers = new HashMap<>(WHOLE);
        answers.putAll(BROKEN);
        HttpServer server = server(answers);
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            bed.set(
                            "skatteetaten.url.inntekt",
                            "http://127.0.0.1:" + server.getAddress().getPort())
                    .set("delivery.endpoints", "direct:database,direct:file")
                    .set("lookup.longest-pause", "100ms")
                    .set("lookup.busy-tries", "3");
            answers.keySet().forEach(key -> bed.simulator().list("inntekt").publish(key, "2024-03"));
            bed.start();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> bed.count("result") == WHOLE.size() && bed.count("parked") == BROKEN.size());
            for (String key : WHOLE.keySet()) {
                JsonNode payload = JSON.readTree(bed.jdbc()
                        .queryForObject(
                                "select coalesce(payload_json::text, 'null') from result where identifikator = ?",
                                String.class,
                                key));
                assertTrue(payload.path("navn").asText().startsWith("Åse Ødegård"), key);
            }
            List<String> reasons =
                    bed.jdbc().queryForList("select distinct reason from parked order by 1", String.class);
            assertEquals(
                    List.of(
                            "200 from inntekt, but the answer goes on after the end of its JSON",
                            "200 from inntekt, but the answer is not text in UTF-8, and its Content-Type names no other charset"),
                    reasons);
            assertEquals(WHOLE.size(), bed.lines().size());
            for (String line : bed.lines()) {
                assertTrue(JSON.readTree(line).path("payload").isObject(), "one object");
            }
        } finally {
            server.stop(0);
        }
    }
}

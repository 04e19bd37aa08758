package no.delingsruter.page;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.app.TestBed;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.FreePort;
import no.delingsruter.support.Http1;

/** A job with page and API, three who may use them, 40 persons, and one of them parked. */
final class PageBed implements AutoCloseable {
    static final String READ = "read-token-of-twenty-letters";
    static final String OPERATE = "operate-token-of-twenty-letters";
    static final String REVEAL = "reveal-token-of-twenty-letters";
    static final String REFUSED = "01810012345";
    static final String HELD = "02810012345";
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    final TestBed bed;
    final Path tokens;
    final int port;

    PageBed(Path directory, TestDatabase database) throws IOException {
        this(directory, database, 40);
    }

    /** @param others found beside those that are refused and held */
    PageBed(Path directory, TestDatabase database, int others) throws IOException {
        port = FreePort.find();
        Files.createDirectories(directory);
        bed = new TestBed(directory, database, new SimulatorConfig());
        tokens = directory.resolve("tokens");
        Files.writeString(tokens, """
                # who may come in
                lise read %s
                odd operate %s
                eva operate,reveal %s
                """.formatted(READ, OPERATE, REVEAL));
        bed.set("management.port", Integer.toString(port))
                .set("management.tokens-file", tokens.toString())
                .set("lookup.tries", "1");
        bed.simulator().list("inntekt").generate(others, others, 1, 0);
        bed.simulator().list("inntekt").publish(REFUSED, "2024-03");
        bed.simulator().list("inntekt").publish(HELD, "2024-03");
        bed.simulator()
                .faults()
                .add("{\"match\": {\"identifikator\": \"" + REFUSED
                        + "\"}, \"action\": {\"type\": \"status\", \"status\": 400}}");
    }

    PageBed start() {
        bed.start().untilDone("inntekt", A_MINUTE);
        await().atMost(A_MINUTE).until(() -> bed.count("parked") == 1);
        return this;
    }

    String url(String path) {
        return "http://localhost:" + port + "/" + path;
    }

    HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Http1.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path, token));
    }

    HttpResponse<String> post(String path, String token, String json) throws IOException, InterruptedException {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** What it says, when it is done. */
    JsonNode done(String path, String token, String json) throws IOException, InterruptedException {
        return json(post("api/" + path, token, json));
    }

    JsonNode shown(String path) throws IOException, InterruptedException {
        return json(get("api/" + path, READ));
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + ": " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    /** How an operation stands. */
    JsonNode operation(long id) throws IOException, InterruptedException {
        for (JsonNode one : shown("operations").path("operations")) {
            if (one.path("id").asLong() == id) {
                return one;
            }
        }
        throw new AssertionError("operation " + id);
    }

    @Override
    public void close() {
        bed.close();
    }
}

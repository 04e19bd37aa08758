package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The simulator in its own process, and its control over HTTP. */
final class SimulatorProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Program program;
    private final Path key;
    private final String base;

    /** What the simulator has seen of one organisation at one API; times in microseconds since its start. */
    record Seen(
            long lookups,
            long listCalls,
            long pages,
            int inFlight,
            int mostInFlight,
            long firstPage,
            long lastPage,
            long firstLookup,
            long lastLookup) {}

    private SimulatorProcess(Program program, Path key, String base) {
        this.program = program;
        this.key = key;
        this.base = base;
    }

    /** Starts with empty lists. */
    static SimulatorProcess start(Path directory) throws IOException, InterruptedException {
        Path key = directory.resolve("client.jwk");
        Program program = Program.packaged(
                directory.resolve("simulator.log"),
                List.of(),
                "simulator",
                "--port",
                "0",
                "--events",
                "0",
                "--token-lifetime",
                "3600",
                "--client-key-file",
                key.toString());
        while (true) {
            for (String line : Files.readAllLines(program.log())) {
                if (line.startsWith("Simulator ready")) {
                    return new SimulatorProcess(program, key, line.replaceAll(".*(http://localhost:\\d+)/.*", "$1"));
                }
            }
            program.checkAlive();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The client's private key. */
    Path key() {
        return key;
    }

    /** With {api} in it. */
    String url() {
        return base + "/{api}";
    }

    String issuer() {
        return base + "/maskinporten/";
    }

    /** Publishes events for keys that have had none. */
    void publishNew(String list, int events) throws IOException, InterruptedException {
        post("publish", "{\"list\":\"" + list + "\",\"hendelser\":[" + "{},".repeat(events - 1) + "{}]}");
    }

    /** Publishes events that come again and again for the same keys. */
    void generate(String list, int events, int keys) throws IOException, InterruptedException {
        post("generate", "{\"list\":\"" + list + "\",\"events\":" + events + ",\"keys\":" + keys + ",\"gaps\":0.1}");
    }

    /** @return the event's sekvensnummer */
    long publish(String list) throws IOException, InterruptedException {
        return post("publish", "{\"list\":\"" + list + "\"}")
                .path("sekvensnummer")
                .path(0)
                .asLong();
    }

    /**
     * @param api null for all
     * @param call LIST or LOOKUP, null for both
     */
    void latency(String api, String call, String latency) throws IOException, InterruptedException {
        post(
                "latency",
                "{" + (api == null ? "" : "\"api\":\"" + api + "\",")
                        + (call == null ? "" : "\"call\":\"" + call + "\",") + "\"latency\":\"" + latency + "\"}");
    }

    /** @param yaml rules, in place of those that there are; empty for none */
    void faults(String yaml) throws IOException, InterruptedException {
        call(HttpRequest.newBuilder(uri("faults")).DELETE().build());
        if (!yaml.isEmpty()) {
            post("faults", yaml);
        }
    }

    /** Calls to all APIs that were answered with 200, and when that was so, in microseconds. */
    long[] served() throws IOException, InterruptedException {
        JsonNode stats = stats();
        long served = 0;
        for (JsonNode group : stats.path("groups")) {
            served += group.path("status").path("200").asLong();
        }
        return new long[] {served, stats.path("uptimeMs").asLong() * 1_000};
    }

    void reset() throws IOException, InterruptedException {
        post("stats/reset", "");
    }

    /** Starts to record every change of the number in flight. */
    void trace() throws IOException, InterruptedException {
        post("trace?on=true", "");
    }

    JsonNode changes() throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(uri("trace")).build());
    }

    JsonNode stats() throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(uri("stats")).build());
    }

    Seen seen(String group, String organisation) throws IOException, InterruptedException {
        for (JsonNode one : stats().path("groups")) {
            if (one.path("group").asText().equals(group)
                    && one.path("organisation").asText().equals(organisation)) {
                JsonNode times = one.path("times");
                return new Seen(
                        one.path("lookups").asLong(),
                        one.path("listCalls").asLong(),
                        times.path("pages").asLong(),
                        one.path("inFlight").asInt(),
                        one.path("maxInFlight").asInt(),
                        times.path("firstPage").asLong(),
                        times.path("lastPage").asLong(),
                        times.path("firstLookup").asLong(),
                        times.path("lastLookup").asLong());
            }
        }
        return new Seen(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** The list's last sekvensnummer, 0 for an empty one. */
    long last(String list) throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(uri("events")).build())
                .path(list)
                .path("lastSekvensnummer")
                .asLong();
    }

    /**
     * Asks ten times a second.
     *
     * @throws IllegalStateException when the program has ended or the time is up
     */
    Seen until(Program asked, String group, String organisation, Duration atMost, Predicate<Seen> what)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            Seen seen = seen(group, organisation);
            if (what.test(seen)) {
                return seen;
            }
            asked.checkAlive();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not done after " + atMost + ": " + seen);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The System.nanoTime of a moment that the simulator has told, to the millisecond. */
    long nanoTime(long micros) throws IOException, InterruptedException {
        long uptime = stats().path("uptimeMs").asLong();
        return System.nanoTime() - (uptime * 1_000 - micros) * 1_000;
    }

    private JsonNode post(String what, String body) throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(uri(what))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private URI uri(String what) {
        return URI.create(base + "/simulator/" + what);
    }

    private JsonNode call(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("The simulator answers " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}

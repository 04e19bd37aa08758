package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.Databases;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("What comes from outside is data, whatever it holds")
class HostileInputTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final AtomicInteger callsElsewhere = new AtomicInteger();
    private HttpServer elsewhere;

    @BeforeEach
    void startAnotherHost() throws IOException {
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            callsElsewhere.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        elsewhere.start();
    }

    @AfterEach
    void stopAnotherHost() {
        elsewhere.stop(0);
    }

    private String otherAddress() {
        return "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    }

    private static String fault(String call, Object action) throws JsonProcessingException {
        return JSON.writeValueAsString(
                Map.of("name", call, "match", Map.of("call", call, "first", 1), "action", action));
    }

    private static String page(List<Map<String, Object>> events) throws JsonProcessingException {
        return fault(
                "list",
                Map.of(
                        "type",
                        "status",
                        "status",
                        200,
                        "contentType",
                        "application/json",
                        "body",
                        JSON.writeValueAsString(Map.of("hendelser", events))));
    }

    private static Map<String, Object> event(int number, String identifikator, String periode) {
        return Map.of("sekvensnummer", number, "identifikator", identifikator, "gjelderPeriode", periode);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I7: events with line breaks, zeros, endless or broken text are parked; the page goes on, and the others are delivered")
    void hostileEvents(TestDatabase database) throws Exception {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.simulator()
                    .faults()
                    .add(page(List.of(
                            event(1, "01810000001\r\nX-Injected: 1", "2024-03"),
                            event(2, "0181\u0000", "2024-03"),
                            event(3, "9".repeat(5_000), "2024-03"),
                            event(4, "01810000004", "2024-03\r\n"),
                            event(5, "01810000005", "x".repeat(5_000)),
                            event(6, "01810000006", "2024-03"))));
            bed.simulator().list("inntekt").publish("01810000006", "2024-03");
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("parked") == 5 && bed.count("result") == 1);
            assertEquals(
                    6, bed.application().store().checkpoint("inntekt", "self").orElse(0));
            assertEquals(
                    Set.of(
                            "the event's identifikator holds characters that no key has",
                            "the event's identifikator is longer than 400 characters",
                            "the event's gjelderPeriode holds characters that no key has",
                            "the event's gjelderPeriode is longer than 32 characters"),
                    new TreeSet<>(bed.jdbc().queryForList("select reason from parked", String.class)));
            assertEquals(
                    5,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from parked where hendelse like '%identifikator%'", Integer.class),
                    "kept whole");
            assertEquals(1, bed.simulator().stats().lookups().calls());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("A key that is SQL, a path or a template is looked up, stored and delivered as it is")
    void keysThatAreCode(TestDatabase database) throws Exception {
        List<String> keys = List.of(
                "x'); drop table result; --",
                "../../admin?x=1#y",
                "${bean:door.close}",
                "{{maskinporten.jwk}}",
                ":?payload",
                "%0d%0aX: 1",
                "<script>",
                "\"},{\"");
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            List<Map<String, Object>> events = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                events.add(event(i + 1, keys.get(i), "2024-03"));
            }
            bed.simulator().faults().add(page(events));
            bed.simulator()
                    .faults()
                    .add(
                            "{\"match\": {\"call\": \"lookup\"}, \"action\": {\"type\": \"status\", \"status\": 404, \"kode\": \"IM-007\"}}");
            bed.set("delivery.endpoints", "direct:database,direct:file").start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.lines().size() == keys.size() && bed.count("result") == keys.size());
            assertEquals(
                    Set.copyOf(keys),
                    Set.copyOf(bed.jdbc().queryForList("select identifikator from result", String.class)));
            assertEquals(
                    keys.size(),
                    bed.simulator().stats().group("inntekt", "310000001").lookups(),
                    "each within its path");
            for (String line : bed.lines()) {
                assertTrue(
                        keys.contains(JSON.readTree(line).get("identifikator").asText()), line);
            }
        }
    }

    @Test
    @DisplayName("I10: a page of far more events than were asked for is no page, and is not collected")
    void bomb() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            String body = "{\"hendelser\":[" + "{\"a\":1},".repeat(200_000) + "{\"a\":1}]}";
            bed.simulator()
                    .faults()
                    .add(JSON.writeValueAsString(Map.of(
                            "match",
                            Map.of("call", "list", "first", 3),
                            "action",
                            Map.of("type", "status", "status", 200, "contentType", "application/json", "body", body))));
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.application().alerts().open().toString().contains("it holds more than was asked for"));
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(10, bed.count("result"));
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "folkeregisteret | far more events         | [               | {\"sekvensnummer\":1,\"hendelse\":{\"a\":\"1\"}}                 | ] | 50000",
                "folkeregisteret | events without a number | [               | {\"hendelse\":{\"a\":\"1\"}}                                     | ] | 50000",
                "trekkpaalegg    | far more records        | [               | {\"sekvensnummer\":1}                                            | ] | 50000",
            })
    @DisplayName("I10: the lists with protocols of their own collect no more either")
    void bombsOfOtherProtocols(String service, String what, String before, String each, String after, int times)
            throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            String body = before
                    + IntStream.range(0, times)
                            .mapToObj(i -> each.replace("%d", "n" + i))
                            .collect(Collectors.joining(","))
                    + after;
            bed.simulator()
                    .faults()
                    .add(JSON.writeValueAsString(Map.of(
                            "match",
                            Map.of("call", "list", "first", 3),
                            "action",
                            Map.of("type", "status", "status", 200, "contentType", "application/json", "body", body))));
            bed.simulator().list(service).generate(10, 10, 1, 0);
            bed.set("services", service)
                    .set(service + ".poll-interval", "200ms")
                    .set(service + ".rettighetspakke", "test")
                    .start();
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.application().alerts().open().toString().contains("it holds more than was asked for"));
            bed.untilDone(service, A_MINUTE);
            assertEquals(10, bed.count("result"));
        }
    }

    @Test
    @DisplayName(
            "CVE-2026-78164: headers that a step sets neither turn a call elsewhere nor travel on, and the answer's do not reach receivers")
    void headersThatSteer() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            String before = Files.readString(route);
            StringBuilder steps = new StringBuilder();
            for (Map.Entry<String, String> header : Map.of(
                            "CamelHttpUri",
                            otherAddress(),
                            "CamelHttpPath",
                            "/elsewhere",
                            "CamelHttpQuery",
                            "x=1",
                            "CamelHttpMethod",
                            "DELETE",
                            "Authorization",
                            "Bearer stolen",
                            "Host",
                            "elsewhere",
                            "CamelFileName",
                            "elsewhere")
                    .entrySet()) {
                steps.append("        - setHeader:\n            name: ")
                        .append(header.getKey())
                        .append("\n            expression:\n              constant:\n")
                        .append("                expression: \"")
                        .append(header.getValue())
                        .append("\"\n");
            }
            String after = before.replace(
                    "        - to:\n            uri: kamelet:oppslag-action",
                    steps + "        - to:\n            uri: kamelet:oppslag-action");
            assertFalse(after.equals(before));
            Files.writeString(route, after);
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.set("delivery.endpoints", "direct:database,direct:file").start().untilDone("inntekt", A_MINUTE);
            assertEquals(10, bed.count("result"));
            assertEquals(10, bed.simulator().stats().lookups().calls());
            assertEquals(0, callsElsewhere.get());
            Set<String> names = new TreeSet<>();
            for (String line : bed.lines()) {
                JSON.readTree(line).fieldNames().forEachRemaining(names::add);
            }
            assertEquals(
                    Set.of(
                            "service",
                            "organisation",
                            "lookup",
                            "identifikator",
                            "gjelderPeriode",
                            "qualifier",
                            "keyHash",
                            "sekvensnummer",
                            "outcome",
                            "change",
                            "version",
                            "incomplete",
                            "identityChanged",
                            "payloadHash",
                            "fetchedAt",
                            "korrelasjonsid",
                            "idempotencyKey",
                            "payload"),
                    names);
        }
    }

    @Test
    @DisplayName("CVE-2026-85251: a redirect to another host is not followed, so that no token goes there")
    void redirect() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.simulator()
                    .faults()
                    .add(JSON.writeValueAsString(Map.of(
                            "name",
                            "moved",
                            "match",
                            Map.of("call", "lookup"),
                            "action",
                            Map.of("type", "redirect", "location", otherAddress() + "/x"))));
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.application().alerts().open().toString().contains("the API answers with a redirect"));
            bed.simulator().faults().clear();
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(10, bed.count("result"));
            assertEquals(0, callsElsewhere.get());
        }
    }

    @Test
    @DisplayName(
            "I1: the HTTP client makes no retries of its own: a new Korrelasjonsid for each call, and none inside a Retry-After")
    void noRetriesBehindOurBack() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(20, 20, 1, 0);
            bed.simulator()
                    .faults()
                    .add(
                            "{\"match\": {\"call\": \"any\", \"calls\": [3, 6]}, \"action\": {\"type\": \"status\", \"status\": 503, \"retryAfter\": 1}}");
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(20, bed.count("result"));
            assertEquals(0, bed.simulator().stats().korrelasjonsid().reused());
            assertEquals(
                    0, bed.simulator().stats().group("inntekt", "310000001").insideRetryAfter());
            assertTrue(bed.simulator().stats().faults().get(0).fired() >= 3);
        }
    }

    @Test
    @DisplayName(
            "Store, result files and their folders are readable by their owner only, also when they were not before")
    void ownerOnly() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("delivery.endpoints", "direct:database,direct:file")
                    .set("store.url", "jdbc:h2:file:" + directory.resolve("data/store"));
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.lines().size() == 10);
            assertPrivate(directory.resolve("data"), directory.resolve("out"));
            bed.stop();
            Path store = directory.resolve("data/store.mv.db");
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-r--r--"));
            bed.start();
            assertPrivate(directory.resolve("data"), directory.resolve("out"));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(store)));
        }
    }

    private static void assertPrivate(Path... folders) throws IOException {
        for (Path folder : folders) {
            try (Stream<Path> all = Files.walk(folder)) {
                List<Path> paths = all.filter(
                                path -> !path.getFileName().toString().equals("socket"))
                        .toList();
                assertTrue(paths.size() > 1, folder + " is empty");
                for (Path path : paths) {
                    assertEquals(
                            Files.isDirectory(path) ? "rwx------" : "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
                            path.toString());
                }
            }
        }
    }

    @Test
    @DisplayName("I8: H2 keeps no log of failed statements, which would quote their values")
    void noTraceFile() throws Exception {
        assertEquals(List.of(), traceFiles("quiet", ""));
        assertEquals(1, traceFiles("traced", ";TRACE_LEVEL_FILE=3").size(), "the test would see it");
    }

    private List<Path> traceFiles(String name, String parameter) throws Exception {
        try (HikariDataSource pool =
                        Databases.openStore("store", "jdbc:h2:file:" + directory.resolve(name) + parameter, "", "", 2);
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThrows(
                    SQLException.class,
                    () -> statement.execute("insert into checkpoint (service) values ('01810012345')"));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().equals(name + ".trace.db"))
                    .toList();
        }
    }

    @Test
    @DisplayName("A token address that answers without end is given up")
    void endlessTokenAnswer() throws Exception {
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endless.createContext("/", exchange -> {
            byte[] block = new byte[1_000_000];
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                for (int i = 0; i < 20_000; i++) {
                    out.write(block);
                }
            } catch (IOException e) {
                callsElsewhere.incrementAndGet();
            }
        });
        endless.start();
        try (TestBed bed = new TestBed(directory)) {
            bed.set(
                            "maskinporten.token-url",
                            "http://127.0.0.1:" + endless.getAddress().getPort() + "/token")
                    .start();
            await().atMost(A_MINUTE).until(() -> callsElsewhere.get() > 0);
            assertEquals(0, bed.simulator().stats().calls());
        } finally {
            endless.stop(0);
        }
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import no.delingsruter.crash.Received;
import no.delingsruter.delivery.KafkaBroker;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Tag("crash")
@DisplayName(
        "I2, I9: killed while it delivers, nothing is lost, and what comes again has the idempotencyKey that it had")
class ReceiverCrashTest {
    private static final String MANY = "\\d{3,}";
    private static final String WHY = "a start for each kill: -Pcrash";
    private static final int KILLS =
            Integer.getInteger("receiver.kills", Integer.getInteger("seeds", 20) < 100 ? 1 : 12);
    private static final int EVENTS = 60 + 12 * KILLS;
    private static final Duration A_LIFE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    /** One delivery as the receiver has it. */
    private record Delivery(String idempotencyKey, String content) {}

    @Test
    @DisplayName("direct:webhook")
    void webhook() throws Exception {
        Queue<Delivery> received = new ConcurrentLinkedQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            received.add(new Delivery(
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try {
            killed(
                    Map.of(
                            "delivery.endpoints",
                            "direct:webhook",
                            "webhook.url",
                            "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in"),
                    () -> List.copyOf(received));
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "seeds", matches = MANY, disabledReason = WHY)
    @DisplayName("direct:kafka")
    void kafka() throws Exception {
        try (KafkaBroker broker = new KafkaBroker(Files.createDirectory(directory.resolve("kafka")))) {
            killed(
                    Map.of("delivery.endpoints", "direct:kafka", "kafka.brokers", broker.address(), "kafka.topic", "k"),
                    () -> broker.records("k").stream()
                            .map(one -> new Delivery(
                                    text(one.headers().lastHeader("idempotencyKey")),
                                    new String(one.value(), StandardCharsets.UTF_8)))
                            .toList());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "seeds", matches = MANY, disabledReason = WHY)
    @DisplayName("Files that roll: what is finished never changes")
    void rolledFiles() throws Exception {
        Path out = directory.resolve("bed/out");
        Map<String, String> finished = new LinkedHashMap<>();
        killed(Map.of("delivery.endpoints", "direct:file", "file.roll-size", "4KB"), () -> {
            try (Stream<Path> files = Files.exists(out) ? Files.list(out) : Stream.empty()) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".jsonl")).toList()) {
                    String now = HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
                    String before = finished.putIfAbsent(file.getFileName().toString(), now);
                    assertTrue(before == null || before.equals(now), file + " has changed");
                    assertTrue(file.toString().endsWith("-" + now.substring(0, 12) + ".jsonl"), file.toString());
                }
            }
            return Received.lines(out).stream()
                    .map(one -> new Delivery(one.idempotencyKey(), one.payloadHash()))
                    .toList();
        });
        assertTrue(finished.size() > 3, finished.keySet()::toString);
    }

    /** Kills one process after the other in the middle of its work, and lets the last one finish. */
    private void killed(Map<String, String> settings, Callable<List<Delivery>> receiver) throws Exception {
        SimulatorConfig slow = new SimulatorConfig().latency(Latency.constant(30));
        try (TestBed bed = new TestBed(Files.createDirectory(directory.resolve("bed")), TestDatabase.H2, slow)) {
            settings.forEach(bed::set);
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 17, 0);
            SplittableRandom random = new SplittableRandom(Long.getLong("seed", 1));
            long keys = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                long until = keys + random.nextInt(4, 12);
                try (ChildJob job = bed.child()) {
                    await().atMost(A_LIFE)
                            .pollInterval(Duration.ofMillis(5))
                            .failFast("ended", () -> !job.alive())
                            .until(() -> bed.simulator().stats().lookups().keys() >= until);
                    job.kill();
                }
                keys = bed.simulator().stats().lookups().keys();
                receiver.call();
            }
            assertTrue(keys < EVENTS, "killed when all was done");
            try (ChildJob job = bed.child()) {
                await().atMost(A_LIFE)
                        .failFast("ended", () -> !job.alive())
                        .until(() -> distinct(receiver.call()) >= EVENTS);
                assertEquals(0, job.terminate().exitCode(), job.output());
            }
            List<Delivery> all = new ArrayList<>(receiver.call());
            assertEquals(EVENTS, distinct(all), "idempotencyKeys");
            assertEquals(EVENTS, all.stream().map(Delivery::content).distinct().count(), "results");
            assertEquals(EVENTS, all.stream().distinct().count(), "one key for each result, whenever it comes");
            long repeated = bed.simulator().stats().lookups().repeated();
            assertTrue(repeated <= 5L * KILLS, repeated + " lookups made again");
            assertTrue(bed.simulator().stats().maxInFlight("inntekt") <= 5);
            LoggerFactory.getLogger(ReceiverCrashTest.class)
                    .info("{} kills, {} results, {} came again", KILLS, EVENTS, all.size() - EVENTS);
        }
    }

    private static long distinct(List<Delivery> all) {
        return all.stream().map(Delivery::idempotencyKey).distinct().count();
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.FreePort;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayName("A receiver that is away is named with step and cause, and costs no lookups")
class ReceiverAwayTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int EVENTS = 120;
    private static final Duration READ_ONLY = Duration.ofSeconds(Long.getLong("read-only.seconds", 3));
    private static final String DELIVERY = "        - to:\n            uri: direct:delivery\n";

    @TempDir
    Path directory;

    @Test
    @DisplayName("I5: answers wait for the receiver, and are not asked for again")
    void answersWait() throws IOException {
        int port = FreePort.find();
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 5, 0);
            bed.set("delivery.endpoint.1", "http:localhost:" + port + "/in?x=topsecret")
                    .start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().containsKey("inntekt"));
            String said = bed.application().alerts().open().get("inntekt");
            assertTrue(
                    said.matches(
                            "paused: delivery failed at .*delivery.camel.yaml:38, route delivery, recipientList: Connect to http://localhost:"
                                    + port + " failed: Connection refused .*"),
                    said);
            assertFalse(said.contains("topsecret"), said);
            // Four probes and more
            long tries = failedTries(bed);
            await().atMost(A_MINUTE).until(() -> failedTries(bed) >= tries + 4);
            long meanwhile = bed.simulator().stats().lookups().calls();
            assertTrue(meanwhile <= 20, meanwhile + " lookups for a receiver that is away");
            assertTrue(bed.jdbc()
                    .queryForList(
                            "select distinct last_failure from pending_lookup where last_failure is not null",
                            String.class)
                    .toString()
                    .contains("Connection refused"));
            Set<String> received = ConcurrentHashMap.newKeySet();
            HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            receiver.createContext("/in", exchange -> {
                received.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            receiver.start();
            bed.untilDone("inntekt", A_MINUTE);
            receiver.stop(0);
            Stats stats = bed.simulator().stats();
            LoggerFactory.getLogger(ReceiverAwayTest.class)
                    .info(
                            "Receiver away: {} lookups meanwhile, {} repeated in all",
                            meanwhile,
                            stats.lookups().repeated());
            assertEquals(EVENTS, received.size());
            assertEquals(0, stats.lookups().repeated());
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName("I5: an event that joins while its answer waits costs another lookup, and only that one")
    void joined() throws IOException {
        int port = FreePort.find();
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            bed.set("delivery.endpoint.1", "http:localhost:" + port + "/in").start();
            await().atMost(A_MINUTE).until(() -> failedTries(bed) >= 3);
            assertEquals(1, bed.simulator().stats().lookups().calls());
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator().stats().lookups().calls() == 2);
            long tries = failedTries(bed);
            await().atMost(A_MINUTE).until(() -> failedTries(bed) >= tries + 3);
            assertEquals(2, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("I8: nothing of a person who is erased waits for the receiver any longer")
    void erasedWhileItWaits() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 5, 0);
            bed.set("delivery.endpoint.1", "http:localhost:" + FreePort.find() + "/in")
                    .start();
            await().atMost(A_MINUTE).until(() -> AnswerMemory.OF_THE_HEAP.kept() > 0);
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().containsKey("inntekt"));
            StringBuilder all = new StringBuilder("identifikator,action\n");
            bed.jdbc()
                    .queryForList("select distinct identifikator from pending_lookup", String.class)
                    .forEach(person -> all.append(person).append(",erase\n"));
            bed.application().camel().createProducerTemplate().sendBody("direct:watch", all.toString());
            assertEquals(0, bed.count("pending_lookup"));
            // At once, or when its delivery under way has failed; not only when the lane tries again
            await().atMost(Duration.ofSeconds(3)).until(() -> AnswerMemory.OF_THE_HEAP.kept() == 0);
        }
    }

    @Test
    @DisplayName(
            "I5, I8: a step of the user's own that fails is named with place and cause; the person it names is not")
    void ownStep() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path file = bed.routes().resolve("inntekt.camel.yaml");
            Files.writeString(file, Files.readString(file).replace(DELIVERY, """
                            - throwException:
                                id: mine
                                exceptionType: java.lang.IllegalStateException
                                message: "address is full for ${header.identifikator}"
                    """ + DELIVERY));
            bed.simulator().list("inntekt").generate(20, 20, 5, 0);
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().containsKey("inntekt"));
            String said = bed.application().alerts().open().get("inntekt");
            assertTrue(
                    said.matches(
                            "paused: delivery failed at .*inntekt.camel.yaml:46, route inntekt-oppslag, throwException mine:"
                                    + " address is full for \\*\\*\\* \\(IllegalStateException\\)"),
                    said);
        }
    }

    @Test
    @DisplayName("I7: several keys whose delivery never succeeds do not stop the others")
    void severalBadKeys() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path file = bed.routes().resolve("inntekt.camel.yaml");
            Files.writeString(file, Files.readString(file).replace(DELIVERY, """
                            - filter:
                                expression:
                                  simple:
                                    expression: "${header.gjelderPeriode} == '2023-01'"
                                steps:
                                  - throwException:
                                      exceptionType: java.lang.IllegalStateException
                                      message: "not this one"
                    """ + DELIVERY));
            for (int person = 1; person <= 25; person++) {
                bed.simulator()
                        .list("inntekt")
                        .publish(String.format("0181001%04d", person), person <= 5 ? "2023-01" : "2024-05");
            }
            bed.set("lookup.workers", "1").start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 20);
        }
    }

    @Test
    @DisplayName("I5: a store that refuses to write costs no lookups either, and the stop is as short as ever")
    void storeReadOnly() throws Exception {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            bed.simulator().latency(null, null, Latency.constant(50));
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 5, 0);
            bed.start();
            await().atMost(A_MINUTE).until(() -> bed.count("result") > 10);
            readOnly(bed, "on");
            try {
                await().atMost(A_MINUTE)
                        .until(() -> !bed.application().alerts().open().isEmpty());
                Thread.sleep(READ_ONLY.toMillis());
            } finally {
                readOnly(bed, "off");
            }
            bed.untilDone("inntekt", A_MINUTE);
            assertTrue(
                    bed.simulator().stats().lookups().repeated() <= 5,
                    () -> bed.simulator().stats().lookups().toString());
            readOnly(bed, "on");
            try {
                bed.simulator().list("inntekt").generate(5, 5, 5, 0);
                await().atMost(A_MINUTE)
                        .until(() -> !bed.application().alerts().open().isEmpty());
                assertTimeout(Duration.ofSeconds(5), bed::stop);
            } finally {
                readOnly(bed, "off");
            }
        }
    }

    private static void readOnly(TestBed bed, String how) throws SQLException {
        try (Connection own = DriverManager.getConnection(
                        bed.storeUrl() + "?options=-c%20default_transaction_read_only=off", "postgres", "postgres");
                Statement statement = own.createStatement()) {
            statement.execute("alter system set default_transaction_read_only = " + how);
            statement.execute("select pg_reload_conf()");
        }
    }

    private static long failedTries(TestBed bed) {
        return bed.application().statistics().of("inntekt", "self").failedTries.sum();
    }
}

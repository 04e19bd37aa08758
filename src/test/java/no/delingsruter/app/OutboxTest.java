package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("direct:outbox, in the shape of Debezium's outbox event router")
class OutboxTest {
    private static final int EVENTS = 12;
    private static final int REFUSED = 8;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "I9: one row for each result, exactly once, though the receiver beside it refuses many; none of a refused one")
    void onceEach(TestDatabase database) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger during = new AtomicInteger(-1);
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            other.createContext("/", exchange -> {
                int number = asked.incrementAndGet();
                if (number == REFUSED) {
                    during.set(bed.count("outbox"));
                }
                exchange.sendResponseHeaders(number <= REFUSED ? 500 : 200, -1);
                exchange.close();
            });
            other.start();
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 7, 0);
            bed.set(
                            "delivery.endpoints",
                            "direct:outbox,direct:database,http://127.0.0.1:"
                                    + other.getAddress().getPort() + "/")
                    .start()
                    .untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(0, during.get(), "rows while all had been refused");
            assertTrue(asked.get() >= EVENTS + REFUSED, () -> "asked " + asked);
            assertEquals(EVENTS, bed.count("outbox"));
            assertEquals(
                    EVENTS,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from outbox o join result r on r.identifikator = o.identifikator"
                                            + " and r.gjelder_periode = o.gjelder_periode and r.payload = o.payload"
                                            + " where o.aggregatetype = 'inntekt' and o.type = 'first' and o.redelivery = false",
                                    Integer.class));
            assertEquals(EVENTS, bed.jdbc().queryForObject("select count(distinct id) from outbox", Integer.class));
        } finally {
            other.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "What is deleted has no payload and the same aggregateid, which names nobody; erasing reaches the rows")
    void deletedAndErased(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            bed.set("delivery.endpoints", "direct:outbox").start().untilDone("inntekt", Duration.ofMinutes(1));
            bed.simulator().list("inntekt").publish("01810012345", "2024-05", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            List<Map<String, Object>> rows = bed.jdbc().queryForList("select * from outbox order by position");
            assertEquals(
                    List.of("first", "deleted"),
                    rows.stream().map(row -> row.get("type")).toList());
            assertNull(rows.get(1).get("payload"));
            assertTrue(String.valueOf(rows.get(0).get("aggregateid")).matches("[0-9a-f]{32}"));
            assertEquals(rows.get(0).get("aggregateid"), rows.get(1).get("aggregateid"));
            bed.jdbc()
                    .update(
                            "insert into watch (service, organisation, identifikator, gjelder_periode, qualifier, action)"
                                    + " values ('inntekt', 'self', '01810012345', '', '', 'erase')");
            await().atMost(Duration.ofSeconds(20)).until(() -> bed.count("outbox") == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Rows older than outbox.keep are removed, and no others; without it all of them stay")
    void kept(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 7, 0);
            bed.set("delivery.endpoints", "direct:outbox").start().untilDone("inntekt", Duration.ofMinutes(1));
            bed.jdbc().update("update outbox set fetched_at = fetched_at - interval '1' day");
            bed.jdbc()
                    .update(
                            "update outbox set fetched_at = fetched_at - interval '8' day where position <= (select max(position) from outbox) - "
                                    + (EVENTS - REFUSED));
            assertEquals(EVENTS, bed.count("outbox"));
            bed.stop();
            // Seven days; a plain number is seconds
            bed.set("outbox.keep", "604800").start();
            await().atMost(Duration.ofSeconds(20)).until(() -> bed.count("outbox") == EVENTS - REFUSED);
            assertEquals(
                    0,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from outbox where fetched_at < current_date - 2", Integer.class));
        }
    }
}

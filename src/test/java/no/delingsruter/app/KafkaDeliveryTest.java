package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import no.delingsruter.delivery.KafkaBroker;
import no.delingsruter.simulator.data.Hendelsetype;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("direct:kafka, to a real broker")
class KafkaDeliveryTest {
    private static final Map<String, String> TO_KAFKA = Map.of("delivery.endpoints", "direct:kafka");

    @TempDir
    static Path brokerDirectory;

    private static KafkaBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = new KafkaBroker(brokerDirectory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private TestBed bed(String topic) {
        TestBed bed = new TestBed(directory);
        TO_KAFKA.forEach(bed::set);
        return bed.set("kafka.brokers", broker.address()).set("kafka.topic", topic);
    }

    @Test
    @DisplayName("I8, I9: a record for each result, by a keyed hash, with what is known of it as text and nobody named")
    void records() {
        try (TestBed bed = bed("results")) {
            bed.simulator().list("inntekt").generate(20, 20, 11, 0.1);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            List<ConsumerRecord<String, byte[]>> records = broker.records("results", 20);
            assertEquals(20, records.size());
            Set<String> keys = new HashSet<>();
            Set<String> ids = new HashSet<>();
            for (ConsumerRecord<String, byte[]> one : records) {
                Map<String, String> headers = headers(one);
                assertTrue(one.key().matches("[0-9a-f]{32}"), one.key());
                assertTrue(headers.get("sekvensnummer").matches("\\d+"), headers::toString);
                assertEquals("1", headers.get("version"));
                assertEquals("found", headers.get("outcome"));
                assertNull(headers.get("identifikator"));
                assertNull(headers.get("ce_id"));
                assertTrue(new String(one.value(), StandardCharsets.UTF_8).startsWith("{"));
                keys.add(one.key());
                ids.add(headers.get("idempotencyKey"));
            }
            assertEquals(20, keys.size());
            assertEquals(20, ids.size());
        }
    }

    @Test
    @DisplayName(
            "What is deleted is a tombstone by the record key of the result; records are CloudEvents when asked for")
    void tombstone() {
        try (TestBed bed = bed("deleted").set("kafka.cloudevents", "true")) {
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            bed.simulator().list("inntekt").publish("01810012345", "2024-05", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            List<ConsumerRecord<String, byte[]>> records = broker.records("deleted", 2);
            assertEquals(2, records.size());
            assertEquals(records.get(0).key(), records.get(1).key());
            assertNull(records.get(1).value());
            Map<String, String> event = headers(records.get(1));
            assertEquals("1.0", event.get("ce_specversion"));
            assertEquals(event.get("idempotencyKey"), event.get("ce_id"));
            assertEquals("no.skatteetaten.inntekt.deleted", event.get("ce_type"));
            assertEquals("urn:skatteetaten:inntekt", event.get("ce_source"));
            assertEquals(records.get(1).key(), event.get("ce_subject"));
            assertEquals(event.get("fetchedAt"), event.get("ce_time"));
        }
    }

    @Test
    @DisplayName(
            "By identifikator, one record key is for all results of a person, and what is deleted takes none of them away")
    void byIdentifikator() {
        try (TestBed bed = bed("persons").set("kafka.key", "identifikator")) {
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            bed.simulator().list("inntekt").publish("01810012345", "2024-06", Hendelsetype.SLETTET);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            for (ConsumerRecord<String, byte[]> one : broker.records("persons", 2)) {
                assertEquals("01810012345", one.key());
                if (headers(one).get("change").equals("deleted")) {
                    assertArrayEquals(new byte[0], one.value());
                }
            }
        }
    }

    @Test
    @DisplayName("I2, I16: a broker that is away is said, nothing is lost, and a stop does not wait for it")
    void away() {
        try (TestBed bed = bed("away").set("kafka.brokers", "127.0.0.1:1")) {
            bed.simulator().list("inntekt").generate(6, 6, 11, 0.1);
            bed.start();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> bed.application().alerts().open().toString().contains("route kafka"));
            assertEquals(6, bed.count("pending_lookup"));
        }
    }

    private static Map<String, String> headers(ConsumerRecord<String, byte[]> one) {
        Map<String, String> headers = new TreeMap<>();
        one.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}

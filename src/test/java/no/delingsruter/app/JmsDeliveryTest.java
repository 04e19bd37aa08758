package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmsDeliveryTest {
    private static final String BROKER = "vm://7";
    /** More than all sessions have credit for. */
    private static final int EVENTS = 400;

    @TempDir
    Path directory;

    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    @BeforeEach
    void startBroker() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setPersistenceEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalDirectory(directory.resolve("journal").toString());
        configuration.addAcceptorConfiguration("vm", BROKER);
        configuration.addAddressSetting(
                "small",
                new AddressSettings()
                        .setMaxSizeBytes(20_000)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.BLOCK));
        broker.setConfiguration(configuration);
        broker.start();
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.stop();
    }

    @Test
    @DisplayName("I9: persistent messages with what is known about them as properties, database and queue side by side")
    void toAQueueAndTheDatabase() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(40, 25, 11, 0.1);
            bed.set("jms.broker-url", BROKER)
                    .set("jms.destination", "queue:inntekt")
                    .set("delivery.endpoints", "direct:database,direct:jms")
                    .set(
                            "delivery.headers",
                            "identifikator,idempotencyKey,sekvensnummer,change,outcome,version,incomplete,payloadHash,korrelasjonsid,fetchedAt,gjelderPeriode,service,organisation,lookup,qualifier")
                    .start()
                    .untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(25, bed.count("result"));
            Set<String> keys = new HashSet<>();
            try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(BROKER);
                    Connection connection = factory.createConnection()) {
                connection.start();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue("inntekt"));
                for (int i = 0; i < 25; i++) {
                    TextMessage message = (TextMessage) consumer.receive(5_000);
                    assertNotNull(message, "message " + i);
                    assertEquals(DeliveryMode.PERSISTENT, message.getJMSDeliveryMode());
                    assertEquals("found", message.getStringProperty("outcome"));
                    assertEquals("first", message.getStringProperty("change"));
                    assertEquals(
                            bed.simulator()
                                    .current(
                                            "inntekt",
                                            message.getStringProperty("identifikator"),
                                            message.getStringProperty("gjelderPeriode"))
                                    .body(),
                            message.getText());
                    keys.add(message.getStringProperty("idempotencyKey"));
                }
            }
            assertEquals(25, keys.size());
        }
    }

    @Test
    @DisplayName("The same by AMQP 1.0, with the headers that may leave as application properties and nobody named")
    void byAmqp() throws Exception {
        broker.getActiveMQServer().getRemotingService().createAcceptor("amqp", "tcp://127.0.0.1:0?protocols=AMQP");
        NettyAcceptor acceptor =
                (NettyAcceptor) broker.getActiveMQServer().getRemotingService().getAcceptor("amqp");
        acceptor.start();
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(10, 10, 11, 0.1);
            bed.set("amqp.url", "amqp://127.0.0.1:" + acceptor.getActualPort())
                    .set("amqp.destination", "queue:amqp")
                    .set("delivery.endpoints", "direct:amqp")
                    .start()
                    .untilDone("inntekt", Duration.ofMinutes(1));
            Set<String> keys = new HashSet<>();
            try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(BROKER);
                    Connection connection = factory.createConnection()) {
                connection.start();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue("amqp"));
                for (int i = 0; i < 10; i++) {
                    TextMessage message = (TextMessage) consumer.receive(5_000);
                    assertNotNull(message, "message " + i);
                    assertEquals(DeliveryMode.PERSISTENT, message.getJMSDeliveryMode());
                    assertEquals("first", message.getStringProperty("change"));
                    assertNull(message.getStringProperty("identifikator"));
                    assertTrue(message.getText().startsWith("{"));
                    keys.add(message.getStringProperty("idempotencyKey"));
                }
            }
            assertEquals(10, keys.size());
        }
    }

    @Test
    @DisplayName("I2: while the broker is away nothing is lost, and few lookups are made for nothing")
    void brokerAway() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            broker.stop();
            bed.simulator().list("inntekt").generate(40, 25, 11, 0.1);
            bed.set("jms.broker-url", BROKER)
                    .set("jms.destination", "queue:inntekt")
                    .set("delivery.endpoints", "direct:database,direct:jms")
                    .start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !bed.application().alerts().open().isEmpty());
            assertEquals(0, bed.count("result"), "all endpoints or none");
            broker.start();
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(25, bed.count("result"));
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName(
            "I2, I5, I16: an address that is full and blocks is said; lookups and stop wait for it no longer than they must, and no lookup is made again")
    void addressFull() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 11, 0.1);
            bed.set("jms.broker-url", BROKER)
                    .set("jms.destination", "queue:small")
                    .set("jms.send-timeout", "2s")
                    .set("delivery.endpoints", "direct:jms")
                    .start();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> String.valueOf(
                                    bed.application().alerts().open().get("inntekt"))
                            .contains("has not taken the message within jms.send-timeout (2 s)"));
            assertTimeout(Duration.ofSeconds(8), bed::stop);
            bed.start();
            Set<String> keys = new HashSet<>();
            try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(BROKER);
                    Connection connection = factory.createConnection()) {
                connection.start();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue("small"));
                while (keys.size() < EVENTS) {
                    TextMessage message = (TextMessage) consumer.receive(20_000);
                    assertNotNull(message, "after " + keys.size() + " keys");
                    keys.add(message.getStringProperty("idempotencyKey"));
                }
            }
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(0, bed.count("parked"));
            assertEquals(
                    0,
                    bed.simulator().stats().lookups().repeated(),
                    () -> bed.simulator().stats().lookups().toString());
        }
    }

    @Test
    @DisplayName(
            "GHSA-m5vh-3fw5-5wgh: a message that is a serialized Java object is never made into one; the next message is taken")
    void serializedObjects() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("jms.broker-url", BROKER)
                    .set("inntekt.follow", "watched")
                    .set("watch.endpoint", "jms:queue:watch?connectionFactory=#bean:jmsConnections")
                    .start();
            try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(BROKER);
                    Connection connection = factory.createConnection()) {
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("watch"));
                producer.send(session.createObjectMessage(new Gadget()));
                producer.send(session.createTextMessage("{\"identifikator\":\"01810000001\"}"));
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> bed.count("watch") == 1);
            assertEquals(0, Gadget.MADE.get());
        }
    }

    /** Notices when it is made from bytes. */
    private static final class Gadget implements Serializable {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger MADE = new AtomicInteger();

        private Object readResolve() {
            MADE.incrementAndGet();
            return this;
        }
    }
}

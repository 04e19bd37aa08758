package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.app.ChildJob;
import no.delingsruter.app.TestBed;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class WatchMessagesTest {
    private static final int MESSAGES = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    @DisplayName("I2: of messages to the watch list none is lost when the job is killed among them")
    void killed() throws Exception {
        try (Broker broker = new Broker(Files.createDirectories(directory.resolve("broker")));
                TestBed bed = new TestBed(Files.createDirectories(directory.resolve("job")))) {
            bed.set("jms.broker-url", broker.url())
                    .set("inntekt.follow", "watched")
                    .set("inntekt.watch-periods", "none")
                    .set("watch.endpoint", "jms:queue:watch?connectionFactory=#bean:jmsConnections&transacted=true");
            send(broker);
            try (ChildJob job = bed.child()) {
                await().atMost(PATIENCE).until(() -> {
                    assertTrue(job.alive(), job.output());
                    return broker.waiting("watch") < MESSAGES - 20;
                });
                job.kill().exitCode();
            }
            assertTrue(broker.waiting("watch") > 0, "killed among them");
            bed.start();
            await().atMost(PATIENCE).until(() -> broker.waiting("watch") == 0);
            assertEquals(MESSAGES, bed.count("watch"));
            assertEquals(0, broker.waiting("DLQ"));
        }
    }

    private static void send(Broker broker) throws Exception {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker.url());
                Connection connection = factory.createConnection()) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue("watch"));
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(session.createTextMessage(
                        String.format("{\"identifikator\":\"0181%07d\",\"action\":\"add\"}", i)));
            }
            session.commit();
        }
    }
}

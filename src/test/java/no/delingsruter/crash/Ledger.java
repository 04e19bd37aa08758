package no.delingsruter.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The receiver at the other end of a queue: writes each message into its ledger, syncs it, and only then acknowledges. */
public final class Ledger implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path directory;
    private final FileChannel file;
    private final ActiveMQConnectionFactory factory;
    private final Connection connection;

    /** @param directory empty, for the ledger */
    public Ledger(String brokerUrl, String queue, Path directory) throws JMSException, IOException {
        this.directory = directory;
        file = FileChannel.open(
                directory.resolve("ledger.jsonl"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        factory = new ActiveMQConnectionFactory(brokerUrl);
        factory.setReconnectAttempts(-1);
        connection = factory.createConnection();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        session.createConsumer(session.createQueue(queue)).setMessageListener(this::take);
        connection.start();
    }

    private void take(Message message) {
        try {
            ObjectNode line = JSON.createObjectNode();
            for (String name : List.of("identifikator", "gjelderPeriode", "idempotencyKey", "payloadHash")) {
                line.put(name, message.getStringProperty(name));
            }
            line.put("sekvensnummer", message.getLongProperty("sekvensnummer"))
                    .put("version", message.getIntProperty("version"));
            line.set("payload", JSON.readTree(((TextMessage) message).getText()));
            file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            file.force(false);
            message.acknowledge();
        } catch (JMSException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<Received> received() {
        return Received.lines(directory);
    }

    @Override
    public void close() throws JMSException, IOException {
        connection.close();
        factory.close();
        file.close();
    }
}

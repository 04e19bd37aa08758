package no.delingsruter.crash;

import java.nio.file.Path;
import no.delingsruter.support.FreePort;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** A real broker with a journal on disk, reached over TCP; it can be stopped and started again with what it held. */
public final class Broker implements AutoCloseable {
    private final Path directory;
    private final String url;
    private EmbeddedActiveMQ server;

    /** @param directory for its journal */
    public Broker(Path directory) throws Exception {
        this.directory = directory;
        // A client that is killed is what this broker is for; it need not warn of each
        Configurator.setLevel("org.apache.activemq.artemis.core", Level.ERROR);
        this.url = "tcp://localhost:" + FreePort.find();
        start();
    }

    public String url() {
        return url;
    }

    public void start() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setPersistenceEnabled(true)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDatasync(true)
                .setJournalFileSize(1 << 20)
                .setJournalMinFiles(2)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setMaxDiskUsage(100);
        configuration.addAcceptorConfiguration("tcp", url);
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setAutoDeleteQueues(false)
                        .setAutoDeleteAddresses(false)
                        .setDeadLetterAddress(SimpleString.of("DLQ"))
                        .setExpiryAddress(SimpleString.of("DLQ")));
        server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
    }

    public void stop() {
        if (server != null) {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException("The broker does not stop", e);
            }
            server = null;
        }
    }

    /** Messages that are in the queue, delivered but not acknowledged ones included. */
    public long waiting(String queue) {
        var found = server.getActiveMQServer().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    @Override
    public void close() {
        stop();
    }
}

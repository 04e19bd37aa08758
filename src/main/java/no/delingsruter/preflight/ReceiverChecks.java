package no.delingsruter.preflight;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.support.Folders;
import org.apache.camel.CamelContext;

/** Whether receivers can be reached and written to; nothing is delivered. */
final class ReceiverChecks {
    private static final String WHAT = "receiver";
    private static final int CONNECT_MILLIS = 5_000;

    private final Settings settings;

    ReceiverChecks(Settings settings) {
        this.settings = settings;
    }

    /** @param camel where the receivers' own routes are, not started */
    void run(CamelContext camel, Consumer<Finding> out) {
        for (String endpoint : DeliveryEndpoints.of(settings)) {
            switch (endpoint) {
                // The databases have a check of their own
                case "direct:database", "direct:outbox" -> {}
                case "direct:file" -> out.accept(folder("file.directory", Path.of(settings.get("file.directory"))));
                case "direct:sftp" -> {
                    out.accept(folder("sftp.spool", Path.of(settings.get("sftp.spool"))));
                    settings.find("sftp.address")
                            .map(at -> ofKey("sftp.address", List.of(at), 22))
                            .ifPresent(out);
                }
                case "direct:s3" -> {
                    out.accept(folder("s3.spool", Path.of(settings.get("s3.spool"))));
                    out.accept(ofKey("s3.endpoint", List.of(s3()), 443));
                }
                case "direct:kafka" -> out.accept(ofKey("kafka.brokers", settings.list("kafka.brokers"), 9092));
                case "direct:webhook" -> out.accept(http(settings.get("webhook.url")));
                case "direct:jms" -> broker("jms", "jms.broker-url", camel, out);
                case "direct:amqp" -> broker("amqp", "amqp.url", camel, out);
                default ->
                    out.accept(
                            endpoint.startsWith("http")
                                    ? http(endpoint)
                                    : Finding.ok(
                                            WHAT,
                                            RouteSteps.withoutSecrets(endpoint)
                                                    + ": not tried, for it cannot be without a delivery"));
            }
        }
    }

    private static Finding folder(String key, Path folder) {
        boolean there = Files.isDirectory(folder);
        Path nearest = there ? folder : Folders.above(folder);
        if (Files.exists(folder) && !there) {
            return Finding.wrong(WHAT, key + ": " + folder + " is a file; name a folder");
        }
        return Folders.take(nearest)
                ? Finding.ok(WHAT, key + ": " + folder + (there ? " can be written" : " is made when it is needed"))
                : Finding.wrong(
                        WHAT,
                        key + ": " + nearest.toAbsolutePath()
                                + " cannot be written by this user; give it the right, or name another folder");
    }

    private String s3() {
        return settings.find("s3.endpoint")
                .orElseGet(() -> "https://s3." + settings.get("s3.region") + ".amazonaws.com");
    }

    /** @param name of the receiver, with which the name of its connection factory begins */
    private void broker(String name, String key, CamelContext camel, Consumer<Finding> out) {
        String where = key + " (" + RouteSteps.withoutSecrets(settings.get(key)) + ")";
        Map<String, ConnectionFactory> all = camel.getRegistry().findByTypeWithName(ConnectionFactory.class);
        List<ConnectionFactory> brokers = all.keySet().stream()
                .sorted(Comparator.comparing(one -> !one.startsWith(name)))
                .<ConnectionFactory>map(all::get)
                .toList();
        if (brokers.isEmpty()) {
            out.accept(Finding.warning(
                    WHAT, "direct:" + name + ": its route has no connection factory, so the broker is not tried"));
            return;
        }
        try (Connection connection = brokers.get(0).createConnection()) {
            connection.start();
            out.accept(Finding.ok(WHAT, where + " takes the connection; " + name + ".destination is not tried"));
        } catch (JMSSecurityException e) {
            out.accept(Finding.wrong(
                    WHAT, where + " refuses the user: check " + name + ".user and " + name + ".password"));
        } catch (JMSException e) {
            out.accept(
                    Finding.wrong(
                            WHAT,
                            where
                                    + " cannot be reached: check the address, and that the broker runs; until it does, no lookup is made"));
        }
    }

    private static Finding http(String endpoint) {
        String shown = RouteSteps.withoutSecrets(endpoint);
        URI uri;
        try {
            uri = URI.create(endpoint.replaceFirst("\\?.*", ""));
        } catch (IllegalArgumentException e) {
            return Finding.ok(WHAT, shown + ": not tried, for its address is made from each message");
        }
        if (uri.getHost() == null) {
            return Finding.ok(WHAT, shown + ": not tried, for its address is made from each message");
        }
        return reached(shown, List.of(endpoint), uri.getScheme().equals("https") ? 443 : 80);
    }

    private static Finding ofKey(String key, List<String> addresses, int port) {
        String shown = addresses.stream().map(RouteSteps::withoutSecrets).collect(Collectors.joining(", "));
        return reached(key + " (" + shown + ")", addresses, port);
    }

    /** Whether one of some addresses takes a connection; at that port where it names none. */
    private static Finding reached(String shown, List<String> addresses, int port) {
        Finding last = Finding.wrong(WHAT, shown + " is not set");
        for (String address : addresses) {
            last = connected(shown, address, port);
            if (last.level() == Finding.Level.OK) {
                return last;
            }
        }
        return last;
    }

    private static Finding connected(String shown, String address, int otherwise) {
        URI uri;
        try {
            String bare = address.replaceFirst("\\?.*", "");
            uri = URI.create(bare.contains("://") ? bare : "any://" + bare);
        } catch (IllegalArgumentException e) {
            return Finding.wrong(WHAT, shown + " is no address: write host:port");
        }
        if (uri.getHost() == null) {
            return Finding.wrong(WHAT, shown + " is no address: write host:port");
        }
        int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : otherwise;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
            return Finding.ok(WHAT, shown + " takes a connection; nothing was sent");
        } catch (UnknownHostException e) {
            return Finding.wrong(WHAT, shown + ": no such host; check the name, and DNS");
        } catch (IOException e) {
            return Finding.wrong(
                    WHAT, shown + " cannot be reached: check the address, the receiver, and the firewall in between");
        }
    }
}

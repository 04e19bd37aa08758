package no.delingsruter.logging;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import no.delingsruter.app.ParkedCommand;
import no.delingsruter.app.StoreOperatorAccess;
import no.delingsruter.app.TestBed;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.store.TestDatabase;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import picocli.CommandLine;

/**
 * Runs lists, lookups and deliveries (database, file, JMS) in JSON and XML, with faults of every kind, in a JVM of its own, and
 * writes down what could be seen of it from outside: {@code seen.txt}; and what must not be seen: {@code secrets.txt}.
 */
final class EverythingAtTrace {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Logger MANAGEMENT = Logger.getLogger("javax.management");
    private static final String GATEWAY_KEY = "a-word-like-others";
    private static final String TOKEN = "the-token-of-somebody-who-operates";
    private static final String WRONG_TOKEN = "a-token-that-nobody-has-given-out";
    private static final List<String> ADDRESSES = List.of(
            "/observe/metrics",
            "/observe/health?data=true",
            "/observe/info",
            "/",
            "/parked",
            "/operations",
            "/why",
            "/configuration",
            "/catalogue",
            "/about",
            "/api/status",
            "/api/instances",
            "/api/parked",
            "/api/operations",
            "/api/positions",
            "/api/configuration",
            "/api/catalogue");
    private static final String BROKER = "vm://8";
    private static final String FAILS_IN_STEP = "01819900001";
    private static final String FAILS_IN_DATABASE = "01819900002";
    private static final String REFUSED = "01819900003";
    private static final String FAULTS = """
            - {name: error, match: {call: lookup, first: 3}, action: {type: status, status: 500}}
            - {name: refused, match: {call: lookup, identifikator: "%s"}, action: {type: status, status: 400, kode: IM-004}}
            - {name: html, match: {call: lookup, calls: [10, 12]}, action: {type: login-page}}
            - {name: garbage, match: {call: lookup, calls: [13, 15]}, action: {type: garbage}}
            - {name: truncated, match: {call: lookup, calls: [16, 18]}, action: {type: truncated}}
            - {name: reset, match: {call: lookup, calls: [19, 20]}, action: {type: reset}}
            - {name: half, match: {call: lookup, calls: [21, 22]}, action: {type: reset-in-body}}
            - {name: type, match: {call: lookup, calls: [23, 24]}, action: {type: content-type}}
            - {name: gzip, match: {call: lookup, calls: [25, 26]}, action: {type: gzip-cut}}
            - {name: forget, match: {call: lookup, calls: [27, 28]}, action: {type: forget-token}}
            - {name: much, match: {call: lookup, calls: [30, 32]}, action: {type: status, status: 429, retryAfter: 1}}
            - {name: redirect, match: {call: lookup, calls: [35, 35]}, action: {type: redirect}}
            - {name: cookies, match: {call: lookup, calls: [36, 40]}, action: {type: cookies}}
            - {name: other, match: {call: lookup, calls: [45, 50]}, action: {type: another-person}}
            - {name: list, match: {call: list, calls: [2, 2]}, action: {type: status, status: 500}}
            - {name: list-garbage, match: {call: list, calls: [3, 3]}, action: {type: garbage}}
            - {name: token, match: {call: token, calls: [2, 2]}, action: {type: status, status: 500}}
            """;

    private final Path directory;
    private final int events;
    private final Set<String> secrets = new LinkedHashSet<>();
    private final Set<String> seen = new TreeSet<>();
    private int port;

    private EverythingAtTrace(Path directory, int events) {
        this.directory = directory;
        this.events = events;
    }

    /** @param args folder, number of events, runs (JSON on H2, and XML on PostgreSQL too for two; none: JSON until there are results) */
    public static void main(String... args) throws Exception {
        Logging.takeOver();
        LogManager.getLogManager().getLogger("").setLevel(Level.ALL);
        // A million lines about our own reading of the attributes, whose values are looked at anyway
        MANAGEMENT.setLevel(Level.INFO);
        int exitCode = 1;
        try {
            new EverythingAtTrace(Path.of(args[0]), Integer.parseInt(args[1])).all(Integer.parseInt(args[2]));
            exitCode = 0;
        } finally {
            // The broker's threads would keep it alive
            System.exit(exitCode);
        }
    }

    private void all(int runs) throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        Configuration configuration = new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setPersistenceEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalDirectory(directory.resolve("journal").toString());
        configuration.addAcceptorConfiguration("vm", BROKER);
        broker.setConfiguration(configuration);
        broker.start();
        run("json", TestDatabase.H2, runs == 0);
        if (runs > 1) {
            run("xml", TestDatabase.POSTGRESQL, false);
        }
        broker.stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.forEach(file -> seen.add("file " + file));
        }
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            files.forEach(file -> seen.add("file " + file));
        }
        secrets.addAll(Arrays.asList(
                TestBed.clientKey().getPrivateExponent().toString(),
                TestBed.clientKey().getFirstPrimeFactor().toString(),
                TestBed.clientKey().getSecondPrimeFactor().toString()));
        Files.write(directory.resolve("secrets.txt"), secrets);
        Files.write(directory.resolve("seen.txt"), seen);
    }

    private void run(String format, TestDatabase database, boolean begun) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path folder = Files.createDirectory(directory.resolve(format));
        try (TestBed bed = new TestBed(folder, database, new SimulatorConfig())) {
            bed.simulator()
                    .list("inntekt")
                    .generate(Generation.of(events, events * 2 / 3)
                            .gaps(0.2)
                            .deleted(0.1)
                            .identities(0.1)
                            .shielded(0.1)
                            .unknown(0.1));
            for (String person : List.of(FAILS_IN_STEP, FAILS_IN_DATABASE, REFUSED)) {
                bed.simulator().list("inntekt").publish(person, "2024-03");
            }
            for (int i = 0; i < bed.simulator().list("inntekt").size(); i++) {
                secrets.add(bed.simulator().list("inntekt").event(i).identifikator());
            }
            bed.simulator().faults().add(FAULTS.formatted(REFUSED));
            failFor(FAILS_IN_STEP, bed.routes().resolve("delivery.camel.yaml"));
            secrets.addAll(List.of(GATEWAY_KEY, TOKEN, WRONG_TOKEN));
            Path tokens = Files.writeString(folder.resolve("tokens"), "eva operate " + TOKEN + "\n");
            bed.set("skatteetaten.format", format)
                    .set("inntekt.header.X-Gateway-Key", GATEWAY_KEY)
                    .set("delivery.endpoints", "direct:database,direct:file,direct:jms")
                    .set("jms.broker-url", BROKER)
                    .set("lookup.tries", "2")
                    .set("lookup.busy-tries", "4")
                    .set("lookup.longest-pause", "200ms")
                    .set("inntekt.page-size", "20")
                    .set("management.port", Integer.toString(port))
                    .set("management.tokens-file", tokens.toString())
                    .set("camel.main.jmxEnabled", "true")
                    .set("camel.main.tracing", "true")
                    .set("camel.trace.enabled", "true")
                    .set("camel.main.messageHistory", "true")
                    .set("camel.main.inflightRepositoryBrowseEnabled", "true")
                    .set("camel.main.loadStatisticsEnabled", "true")
                    .set("camel.main.useMdcLogging", "true")
                    .set("camel.main.endpointRuntimeStatisticsEnabled", "true")
                    .start();
            bed.jdbc()
                    .execute("alter table result add constraint not_this check (identifikator <> '" + FAILS_IN_DATABASE
                            + "')");
            if (begun) {
                await().atMost(A_MINUTE.multipliedBy(2)).until(() -> bed.count("result") > 2);
                return;
            }
            int[] looked = {0};
            await().atMost(A_MINUTE.multipliedBy(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        if (looked[0]++ % 10 == 0) {
                            look();
                        }
                        if (bed.count("parked") < 3) {
                            // While others succeed, what fails is a fault of its key, and parked; more than are looked
                            // up, at the pace
                            // that the 429s have left, would keep the tries of what fails waiting
                            if (bed.application().pending("inntekt", "self") <= 3) {
                                secrets.add(bed.simulator()
                                        .list("inntekt")
                                        .publishNew()
                                        .identifikator());
                            }
                            return false;
                        }
                        return bed.application()
                                                .store()
                                                .checkpoint("inntekt", "self")
                                                .orElse(0)
                                        >= bed.simulator().list("inntekt").lastSekvensnummer()
                                && bed.application().pending("inntekt", "self") == 0;
                    });
            look();
            bed.jdbc()
                    .queryForList("select reason from parked", String.class)
                    .forEach(reason -> seen.add("reason " + reason));
            bed.jdbc()
                    .queryForList("select last_failure from pending_lookup", String.class)
                    .forEach(reason -> seen.add("reason " + reason));
            operate(bed);
            seen.add("parked " + parked(bed, "list"));
            seen.add("parked " + parked(bed, "show", "--all"));
            if (!parked(bed, "show", "--all", "--reveal").contains(REFUSED)) {
                throw new AssertionError("nothing was revealed to the operator");
            }
            System.out.printf(
                    "DONE %s: %d results, %d parked, %d lines, %d faults fired%n",
                    format,
                    bed.count("result"),
                    bed.count("parked"),
                    bed.lines().size(),
                    bed.simulator().stats().faults().stream()
                            .filter(fault -> fault.fired() > 0)
                            .count());
        }
    }

    /** What operators ask for about persons: neither what is printed nor the record names one. */
    private void operate(TestBed bed) throws Exception {
        String held = bed.jdbc()
                .queryForList("select min(identifikator) from result", String.class)
                .get(0);
        Path persons = Files.writeString(bed.directory().resolve("persons"), held + "\n" + REFUSED + ",2024-03\n");
        seen.add("refetch " + bed.command("refetch", "--keys", persons.toString(), "--because", "asked for"));
        seen.add("backfill "
                + bed.command("backfill", "--service", "inntekt", "--from", "first", "--to", "5", "--because", "x"));
        seen.add("again " + bed.command("deliver-again", "--endpoint", "direct:file", "--because", "lost"));
        for (String person : List.of(held, REFUSED)) {
            // Who is parked is to be revealed yet
            for (String path :
                    person.equals(held) ? List.of("explain", "refetch", "erase") : List.of("explain", "refetch")) {
                String field = path.equals("refetch") ? "keys" : "identifikator";
                seen.add("api " + path + " "
                        + ask(
                                "POST",
                                "/api/" + path,
                                TOKEN,
                                "{\"%s\": \"%s\"%s}"
                                        .formatted(
                                                field, person, path.equals("explain") ? "" : ", \"because\": \"x\"")));
            }
            seen.add("api "
                    + ask("POST", "/api/explain", TOKEN, "{\"identifikator\": \"" + person + "\", \"reveal\": true}"));
            Files.writeString(persons, person);
            seen.add("explain " + bed.command("explain", "--from", persons.toString()));
        }
        await().atMost(A_MINUTE)
                .until(() -> bed.jdbc()
                                .queryForObject(
                                        "select count(*) from operation where finished_at is null", Integer.class)
                        == 0);
        bed.jdbc().queryForList("select * from operation").forEach(row -> seen.add("operation " + row));
        seen.add("operations " + bed.command("operations"));
        look();
    }

    /** A step of a user's whose exception says what it should not. */
    private static void failFor(String person, Path route) throws IOException {
        String before = Files.readString(route);
        String steps = "      uri: direct:delivery\n      steps:\n";
        String after = before.replace(steps, steps + """
                        - filter:
                            expression:
                              simple:
                                expression: "${header.identifikator} regex '%s'"
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalArgumentException
                                  message: "cannot use ${header.identifikator} ${body}"
                """.formatted(person.replaceAll("0{2,}", "0+")));
        if (after.equals(before)) {
            throw new AssertionError("the route looks different now");
        }
        Files.writeString(route, after);
    }

    private static String parked(TestBed bed, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        new CommandLine(new ParkedCommand(
                        new StoreOperatorAccess(() -> bed.application().settings())))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        return out.toString();
    }

    private void look() throws Exception {
        for (String path : ADDRESSES) {
            ask("GET", path, TOKEN, "").lines().forEach(line -> seen.add("http " + line));
        }
        ask("GET", "/api/status", WRONG_TOKEN, "").lines().forEach(line -> seen.add("http " + line));
        Thread.getAllStackTraces().keySet().forEach(thread -> seen.add("thread " + thread.getName()));
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            seen.add("mbean " + name);
            try {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    if (attribute.isReadable()) {
                        attribute(server, name, attribute.getName());
                    }
                }
            } catch (JMException e) {
                // gone meanwhile
            }
        }
    }

    /** Not by Java's own clients: they would write down what they send. */
    private String ask(String method, String path, String token, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(method, path, port, token, body.length(), body)
                                    .getBytes(StandardCharsets.US_ASCII));
            // What shows that a form is ours looks like a token of Maskinporten's, and is none
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("name=\"form\" value=\"[^\"]+\"", "");
        }
    }

    private void attribute(MBeanServer server, ObjectName name, String attribute) {
        try {
            Object value = server.getAttribute(name, attribute);
            seen.add("jmx " + name + " " + attribute + "="
                    + (value instanceof Object[] array ? Arrays.deepToString(array) : value));
        } catch (JMException | RuntimeException e) {
            seen.add("jmx " + name + " " + attribute + "=" + e);
        }
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.sql.DataSource;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Settings;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.StoreLook;
import no.delingsruter.store.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/**
 * The whole product in one JVM, against the simulator over real HTTP: configuration and routes are the project's own,
 * copied to a folder where a test may edit them.
 */
public final class TestBed implements AutoCloseable {
    public static final String CLIENT = "test-client";
    private static final RSAKey KEY = key();

    private final Path directory;
    private final Map<String, String> overrides = new LinkedHashMap<>();
    private final String url;
    private final StoreLook look;
    private Simulator simulator;
    private Application application;

    /** @param directory empty; holds configuration, routes, store and files */
    public TestBed(Path directory, TestDatabase database, SimulatorConfig config) {
        this(directory, database, database.migrated(directory), config);
    }

    /** With a database that no store has been made in. */
    public static TestBed withoutStore(Path directory, TestDatabase database) {
        return new TestBed(directory, database, database.url(directory), new SimulatorConfig());
    }

    private TestBed(Path directory, TestDatabase database, String url, SimulatorConfig config) {
        this.directory = directory;
        this.url = url;
        this.look = database.look(url);
        copy(Path.of("config"), directory.resolve("config"));
        copy(Path.of("routes"), directory.resolve("routes"));
        simulator = Simulator.start(config);
        simulator.register(KEY.toPublicJWK(), CLIENT, "310000001");
        set("inntekt.rettighetspakke", "test");
        set("inntekt.poll-interval", "200ms");
        set("store.url", url);
        set("store.user", database.user());
        set("store.password", "postgres");
        set("store.answers", directory.toString());
        set("file.directory", directory.resolve("out").toString());
        set("watch.directory", directory.resolve("watch").toString());
        set("watch.interval", "200ms");
        set("lookup.first-pause", "50ms");
        set("maskinporten.client-id", CLIENT);
        set("maskinporten.jwk", KEY.toJSONString());
    }

    public TestBed(Path directory) {
        this(directory, TestDatabase.H2, new SimulatorConfig());
    }

    /** Sets a configuration key, over what the files say. */
    public TestBed set(String key, String value) {
        overrides.put(key, value);
        return this;
    }

    public Simulator simulator() {
        return simulator;
    }

    public String storeUrl() {
        return url;
    }

    public Path directory() {
        return directory;
    }

    public Path config() {
        return directory.resolve("config");
    }

    public Path routes() {
        return directory.resolve("routes");
    }

    public Application application() {
        return application;
    }

    private void addresses() {
        overrides.putIfAbsent("skatteetaten.url", simulator.url());
        overrides.putIfAbsent("maskinporten.token-url", simulator.tokenUrl());
        overrides.putIfAbsent("maskinporten.audience", simulator.issuer());
    }

    /** Starts the product, or one of its commands, in a JVM of its own, with the same configuration. */
    public ChildJob child(String... arguments) {
        writeSettings();
        return new ChildJob(this, arguments);
    }

    /** Starts it without the jars whose names begin so. */
    ChildJob childWithout(String... jars) {
        writeSettings();
        return new ChildJob("-XX:+UseSerialGC", this, ChildPath.product().without(jars));
    }

    /** @param heap of that JVM, such as {@code 64m} */
    ChildJob childWith(String heap) {
        writeSettings();
        return new ChildJob("-Xmx" + heap, this, ChildPath.product());
    }

    /** What was set is in the configuration file, for another process. */
    public void writeSettings() {
        addresses();
        Properties properties = new Properties();
        Path file = config().resolve("application.properties");
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        properties.putAll(overrides);
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public TestBed start() {
        // Tests of JMX ask for it: it takes a tenth of a start
        overrides.putIfAbsent("camel.main.jmxEnabled", "false");
        application = Application.start(settings(), routes());
        return this;
    }

    /** The product's, whether it runs or not. */
    public Settings settings() {
        addresses();
        return Settings.load(config(), null, Map.of(), new Properties()).with(overrides);
    }

    /** What an operator's command prints, run beside the product. */
    public String command(String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        OperatorCommands.addTo(new CommandLine(new Delingsruter()), new StoreOperatorAccess(this::settings))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
        return out.toString();
    }

    /** Stops the product; the simulator goes on. */
    public void stop() {
        if (application != null) {
            application.close();
            application = null;
        }
    }

    /** Waits until every published event of the service's list has been read and nothing is pending. */
    public TestBed untilDone(String service, Duration atMost) {
        long last = simulator.list(service).lastSekvensnummer();
        for (String organisation : Catalogue.organisations(application.settings())) {
            await().atMost(atMost)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> application
                                            .store()
                                            .checkpoint(service, organisation)
                                            .orElse(0)
                                    >= last
                            && application.pending(service, organisation) == 0);
        }
        return this;
    }

    /** Whether nothing is left to do of an operation. */
    public boolean isOver(long operation) {
        return jdbc().queryForObject(
                                "select count(*) from operation where id = ? and finished_at is not null",
                                Integer.class,
                                operation)
                == 1;
    }

    /** I15, when all is done: see {@link BalancedBooks}. */
    public void booksBalance(String service) {
        BalancedBooks.check(application.store().books(), simulator.list(service));
    }

    /** The store while the product runs (H2 keeps its file to one process, which this is). */
    public JdbcTemplate jdbc() {
        return look.jdbc();
    }

    public DataSource dataSource() {
        return look.source();
    }

    public int count(String table) {
        return jdbc().queryForObject("select count(*) from " + table, Integer.class);
    }

    /** All lines of all files that direct:file has written. */
    public List<String> lines() {
        Path out = directory.resolve("out");
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(out)) {
            return files.sorted()
                    .flatMap(file -> {
                        try {
                            return Files.readAllLines(file).stream();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        look.close();
        simulator.close();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The client's private key. */
    public static RSAKey clientKey() {
        return KEY;
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("test-key").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}

package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.StoreLook;
import no.delingsruter.store.TcpProxy;
import no.delingsruter.store.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;

/** Several processes of the product on one PostgreSQL store, each by a path of its own, and a simulator that counts their calls. */
final class Instances implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SERVICE = "inntekt";

    private final Path directory;
    private final Simulator simulator;
    private final String url;
    private final StoreLook look;
    private final Map<Integer, Child> children = new TreeMap<>();
    private final Map<Integer, TcpProxy> paths = new HashMap<>();
    private final List<String> organisations;
    private final Map<String, String> settings;
    private final int events;

    /** What all of a JVM share. */
    private static final class Prepared {
        static final RSAKey KEY;

        static {
            try {
                KEY = new RSAKeyGenerator(2048).keyID("instances").generate();
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** @param settings beside those of {@link ChildConfig} */
    Instances(Path directory, int organisations, int events, int latencyMillis, Map<String, String> settings)
            throws IOException {
        this(directory, organisations, events, latencyMillis, Duration.ofMinutes(2), settings);
    }

    /** @param tokens how long they live */
    Instances(
            Path directory,
            int organisations,
            int events,
            int latencyMillis,
            Duration tokens,
            Map<String, String> settings)
            throws IOException {
        this.directory = Files.createDirectories(directory);
        this.events = events;
        this.organisations = IntStream.range(0, organisations)
                .mapToObj(i -> String.valueOf(311_000_000 + i))
                .toList();
        simulator = Simulator.start(
                new SimulatorConfig().listLatency(Latency.constant(5)).tokenLifetime(tokens));
        latency(latencyMillis);
        simulator.register(Prepared.KEY.toPublicJWK(), ChildConfig.CLIENT, "310000001");
        simulator.list(SERVICE).generate(events, events, 7, 0);
        url = TestDatabase.POSTGRESQL.url(this.directory);
        look = TestDatabase.POSTGRESQL.look(url);
        TestDatabase.POSTGRESQL.open(url).close();
        this.settings = new TreeMap<>(Map.of(
                "organisations",
                String.join(",", this.organisations),
                "store.user",
                "postgres",
                "store.password",
                "postgres",
                "failover.lease",
                "1500ms",
                "inntekt.page-size",
                "200",
                "lookup.workers",
                "10"));
        this.settings.putAll(settings);
    }

    void latency(int millis) {
        simulator.latency(SERVICE, Call.Kind.LOOKUP, Latency.constant(millis));
    }

    Simulator simulator() {
        return simulator;
    }

    JdbcTemplate jdbc() {
        return look.jdbc();
    }

    /** What goes wrong on purpose, so that it is seen that the kit would see it: a change of each row of a lease before it is written. */
    void sabotage(String change) {
        jdbc().execute("create function sabotage() returns trigger language plpgsql as $$ begin " + change
                + " return new; end $$");
        jdbc().execute("create trigger sabotage before update on lane for each row execute function sabotage()");
    }

    Child start(int number) throws IOException {
        return start(number, List.of());
    }

    /** @param before the command, such as env with what it sets */
    Child start(int number, List<String> before) throws IOException {
        if (!paths.containsKey(number)) {
            paths.put(number, new TcpProxy(Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"))));
        }
        String byItsPath =
                url.replaceFirst("//[^/]*/", "//localhost:" + path(number).port() + "/");
        return start(number, before, byItsPath, Map.of());
    }

    /** By no way of its own. */
    Child startDirect(int number) throws IOException {
        return start(number, List.of(), url, Map.of());
    }

    /** With a store of its own, and with its part of the organisations: what it does not share with the others are the processors. */
    Child startApart(int number, int many) throws IOException {
        String own = TestDatabase.POSTGRESQL.url(directory.resolve("apart-" + number));
        TestDatabase.POSTGRESQL.open(own).close();
        String part = IntStream.range(0, organisations.size())
                .filter(i -> i % many == number)
                .mapToObj(organisations::get)
                .collect(Collectors.joining(","));
        return start(number, List.of(), own, Map.of("organisations", part));
    }

    private Child start(int number, List<String> before, String store, Map<String, String> others) throws IOException {
        Path own = Files.createDirectories(directory.resolve("instance-" + number));
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(others);
        all.put("store.url", store);
        ChildConfig.write(own, simulator, Prepared.KEY, all);
        List<String> command = new ArrayList<>(before);
        command.addAll(Child.command(List.of(
                "delingsruter.config=" + own.resolve("config"),
                "delingsruter.routes=" + Path.of("routes").toAbsolutePath())));
        Child child = Child.start(command, own);
        children.put(number, child);
        return child;
    }

    TcpProxy path(int number) {
        return Objects.requireNonNull(paths.get(number));
    }

    Child child(int number) {
        return Objects.requireNonNull(children.get(number));
    }

    /** How many units each instance has, by its number. */
    Map<Integer, Long> owners() {
        Map<Integer, Long> owners = new TreeMap<>();
        jdbc().query(
                        "select owner, count(*) from lane where owner is not null and until > clock_timestamp()"
                                + " and unit = 'inntekt' group by owner",
                        row -> {
                            String owner = row.getString(1);
                            long count = row.getLong(2);
                            children.forEach((number, child) -> {
                                if (owner.contains("-" + child.pid() + "-")) {
                                    owners.put(number, count);
                                }
                            });
                        });
        return owners;
    }

    /** The number of the only owner. */
    int owner() {
        try {
            return await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(20))
                    .until(this::owners, owners -> owners.size() == 1)
                    .keySet()
                    .iterator()
                    .next();
        } catch (RuntimeException e) {
            throw new AssertionError("Nobody works: " + state(), e);
        }
    }

    private String state() {
        return jdbc().queryForList("select * from lane where unit = 'inntekt'") + "\n"
                + children.values().stream().map(Child::log).collect(Collectors.joining("\n----\n"));
    }

    void untilOtherOwner(int than) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(this::owners, owners -> owners.size() == 1 && !owners.containsKey(than));
    }

    /** As many calls as there may be are open. */
    void untilFull() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> simulator.stats().inFlight() == 5);
    }

    /** A successor would wait by what calls have taken, and not for the time-out of 30 s; on a busy machine a call may take a second. */
    void untilQuick() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> jdbc().queryForObject(
                                        "select count(*) from lane where unit = 'inntekt' and owner is not null"
                                                + " and quiet_from - until > interval '20 s'",
                                        Integer.class)
                        == 0);
    }

    void untilSpread(int over) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        this::owners,
                        owners -> owners.size() == over
                                && owners.values().stream()
                                                .mapToLong(Long::longValue)
                                                .sum()
                                        == organisations.size()
                                && owners.values().stream()
                                        .allMatch(count -> count <= (organisations.size() + over - 1) / over));
    }

    /** So many instances say that they live. */
    void untilAlive(int many) {
        try {
            await().atMost(PATIENCE)
                    .until(() -> jdbc().queryForObject(
                                            "select count(*) from instance where until > clock_timestamp()",
                                            Integer.class)
                            == many);
        } catch (RuntimeException e) {
            throw new AssertionError("Not all live: " + state(), e);
        }
    }

    /** How many calls each organisation has made. */
    Map<String, Long> calls() {
        return organisations.stream()
                .collect(Collectors.toMap(
                        one -> one, one -> simulator.stats().group(SERVICE, one).calls()));
    }

    List<String> organisationsOf(int number) {
        return jdbc().queryForList(
                        "select organisation from lane where unit = 'inntekt' and owner like ?",
                        String.class,
                        "%-" + child(number).pid() + "-%");
    }

    /** How long after now each of these organisations makes its next call. */
    List<Duration> untilNextCall(List<String> of) {
        long began = System.nanoTime();
        // What was sent before has arrived by then
        Map<String, Long> before = new HashMap<>();
        List<Duration> took = new ArrayList<>();
        await().pollDelay(Duration.ofMillis(50)).until(() -> true);
        before.putAll(calls());
        List<String> waiting = new ArrayList<>(of);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            Map<String, Long> now = calls();
            waiting.removeIf(one -> {
                if (now.get(one) > before.get(one)) {
                    took.add(Duration.ofNanos(System.nanoTime() - began));
                    return true;
                }
                return false;
            });
            return waiting.isEmpty();
        });
        return took;
    }

    long results() {
        return jdbc().queryForObject("select count(*) from result", Long.class);
    }

    /** Lookups that have been answered. */
    long lookups() {
        return calls().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Each organisation has been called at all, and less often than it has events. */
    boolean hasWorkForAll() {
        return calls().values().stream().allMatch(calls -> calls > 0 && calls < events);
    }

    /** Of one organisation. */
    int maxInFlight() {
        return organisations.stream()
                .mapToInt(one -> simulator.stats().group(SERVICE, one).maxInFlight())
                .max()
                .orElseThrow();
    }

    /** Used by all instances so far. */
    Duration cpu() {
        return children.values().stream()
                .flatMap(child ->
                        ProcessHandle.of(child.pid()).flatMap(one -> one.info().totalCpuDuration()).stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    void signal(int number, String name) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder(
                                "kill", "-" + name, String.valueOf(child(number).pid()))
                        .start()
                        .waitFor());
    }

    /** All events come through: nothing is lost, nothing is there twice, and the books balance. */
    void finish() {
        latency(0);
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> jdbc().queryForObject(
                                                    "select count(*) from checkpoint where sekvensnummer >= ?",
                                                    Integer.class,
                                                    simulator.list(SERVICE).lastSekvensnummer())
                                    == organisations.size()
                            && jdbc().queryForObject("select count(*) from pending_lookup", Long.class) == 0);
        } catch (RuntimeException e) {
            throw new AssertionError("The stream does not come through: " + state(), e);
        }
        long all = (long) events * organisations.size();
        assertEquals(all, results(), "lost");
        assertEquals(all, jdbc().queryForObject("select count(*) from result_history", Long.class), "double");
        assertEquals(0, jdbc().queryForObject("select count(*) from parked", Long.class), "parked");
        BalancedBooks.check(BalancedBooks.of(Objects.requireNonNull(jdbc().getDataSource())), simulator.list(SERVICE));
    }

    void capKept() {
        assertTrue(maxInFlight() <= 5, "I1: " + maxInFlight() + " calls at once");
    }

    @Override
    public void close() throws IOException {
        for (Child child : children.values()) {
            try {
                child.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        for (TcpProxy path : paths.values()) {
            path.close();
        }
        look.close();
        simulator.close();
    }
}

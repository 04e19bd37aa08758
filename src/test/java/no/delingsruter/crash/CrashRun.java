package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import no.delingsruter.crash.Plan.Kill;
import no.delingsruter.simulator.SimulatedList;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.Parked;
import no.delingsruter.store.StoreLook;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One seed: child after child is killed, and the last one finishes what is left. */
final class CrashRun implements AutoCloseable {
    private static final String SERVICE = "inntekt";
    private static final String ORGANISATION = "310000001";
    private static final int EVENTS_PER_FAILING = 20;
    private static final Duration A_LIFE = Duration.ofMinutes(2);
    private static final long QUIET_NANOS = Duration.ofMillis(300).toNanos();

    private final Plan plan;
    private final Path directory;
    private final Path routes;
    private final Simulator simulator;
    private final String url;
    private final StoreLook look;
    private final Broker broker;
    private final String queue;
    private final Ledger ledger;
    private final Audit audit;
    private final Tally.Seed tally;
    /** On which a step of the list's route fails. */
    private List<Long> failing = List.of();

    private String lastLog = "";

    CrashRun(Plan plan, Path routes, Path directory, RSAKey key, Broker broker) throws Exception {
        this.plan = plan;
        this.routes = routes;
        this.directory = Files.createDirectories(directory);
        simulator = Simulator.start(new SimulatorConfig().latency(Latency.constant(plan.latencyMs())));
        simulator.register(key.toPublicJWK(), ChildConfig.CLIENT, ORGANISATION);
        simulator.list(SERVICE).generate(plan.events(), plan.events(), plan.seed(), plan.gaps());
        if (plan.parking()) {
            simulator
                    .faults()
                    .add("{match: {call: lookup, keyShare: 0.06, seed: " + plan.seed()
                            + "}, action: {type: status, status: 400, kode: IM-006}}");
            failing = LongStream.range(0, plan.events() / EVENTS_PER_FAILING)
                    .map(i -> simulator
                            .list(SERVICE)
                            .event((int) i * EVENTS_PER_FAILING)
                            .sekvensnummer())
                    .boxed()
                    .toList();
        }
        url = plan.sink().database.url(this.directory);
        look = plan.sink().database.look(url);
        this.broker = broker;
        queue = "crash-" + plan.seed();
        ledger = plan.sink() == Sink.JMS
                ? new Ledger(broker.url(), queue, Files.createDirectories(directory.resolve("ledger")))
                : null;
        configure(key);
        audit = new Audit(simulator, plan.sink());
        tally = new Tally.Seed(plan);
    }

    private void configure(RSAKey key) throws IOException {
        ChildConfig.write(
                directory,
                simulator,
                key,
                Map.of(
                        "lookup.tries",
                        "1",
                        "inntekt.page-size",
                        String.valueOf(plan.pageSize()),
                        "store.url",
                        url,
                        "store.user",
                        plan.sink().database.user(),
                        "delivery.endpoints",
                        plan.sink().endpoint,
                        "jms.broker-url",
                        broker.url(),
                        "jms.destination",
                        "queue:" + queue));
    }

    /** @return what has happened */
    Tally.Seed run() throws Exception {
        for (Kill kill : plan.kills()) {
            live(kill);
            if (tally.kills() == 1 && plan.corrections() > 0) {
                publishCorrections();
            }
            if (tally.kills() == 1 && plan.parking()) {
                mendAndReplay();
            }
        }
        boolean done = false;
        for (int life = 0; life < 5 && !done; life++) {
            live(null);
            done = audit.atTheEnd(look.jdbc(), received());
        }
        assertTrue(done, "the stream does not come through:\n" + lastLog);
        Stats stats = simulator.stats();
        assertTrue(stats.maxInFlight(SERVICE) <= 5, "I1: " + stats.maxInFlight(SERVICE) + " calls at once");
        if (!plan.sink().isDatabase()) {
            tally.repeatedDeliveries = audit.repeats(received());
            audit.current(received());
        }
        tally.lookups = stats.lookups().calls();
        tally.events = simulator.list(SERVICE).size();
        return tally;
    }

    /**
     * From a start to the end of the stream and an orderly stop; with events that are parked twice, as they are replayed then.
     *
     * @param report where the child writes which points it has reached, and how often
     * @return lookups beyond one for each key, and one more where that was refused
     */
    long undisturbed(Path report) throws Exception {
        if (plan.parking()) {
            live(null);
            mendAndReplay();
        }
        List<String> properties = properties("crash.discover=" + report);
        Child child = Child.start(Child.command(properties), directory);
        try {
            untilItsTime(child, null, 0);
            child.stop(A_LIFE);
        } finally {
            child.kill();
        }
        assertTrue(audit.atTheEnd(look.jdbc(), received()), "the stream does not come through:\n" + child.log());
        return simulator.stats().lookups().repeated()
                - simulator.stats().group(SERVICE, ORGANISATION).status().getOrDefault("400", 0L);
    }

    /**
     * From a start to a SIGKILL.
     *
     * @param kill null: when there is nothing left to do
     */
    private void live(Kill kill) throws Exception {
        long lookupsBefore = simulator.stats().lookups().calls();
        long repeatedBefore = simulator.stats().lookups().repeated();
        List<String> properties = kill != null && kill.atPoint()
                ? properties("crash.point=" + kill.point(), "crash.hit=" + kill.hit())
                : properties();
        Child child = Child.start(Child.command(properties), directory);
        String how;
        try {
            how = untilItsTime(child, kill, lookupsBefore);
        } finally {
            child.kill();
            lastLog = child.log();
        }
        if (plan.sink() == Sink.FILE && tally.kills() % 2 == 0) {
            cutALine();
        }
        await().atMost(A_LIFE).until(() -> simulator.stats().inFlight() == 0);
        audit.afterKill(look.jdbc(), received());
        if (tally.kills() > 0 && plan.corrections() == 0) {
            // With corrections there are other reasons to look up again
            tally.wasted((int) (simulator.stats().lookups().repeated() - repeatedBefore));
        }
        tally.killed(kill, how);
    }

    private List<String> properties(String... more) {
        List<String> properties = new ArrayList<>(List.of(
                "delingsruter.config=" + directory.resolve("config"),
                "delingsruter.routes=" + routes,
                "crash.failing=" + failing.stream().map(String::valueOf).collect(Collectors.joining(","))));
        properties.addAll(List.of(more));
        return properties;
    }

    /** What has failed so far would succeed now, and the operator asks for it. */
    private void mendAndReplay() {
        simulator.faults().clear();
        failing = List.of();
        tally.replayed = audit.parked(look.jdbc());
        if (tally.replayed > 0) {
            try (HikariDataSource pool = plan.sink().database.open(url)) {
                Parked parked = new Parked(pool, new TransactionTemplate(new DataSourceTransactionManager(pool)));
                assertEquals(
                        List.of(),
                        parked.replay(new Parked.Selection(List.of(), SERVICE, null, null, null, null, false))
                                .left());
            }
        }
    }

    private String untilItsTime(Child child, Kill kill, long lookupsBefore) {
        long began = System.nanoTime();
        Quiet quiet = new Quiet(lookupsBefore);
        String[] how = {null};
        await().atMost(A_LIFE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .failFast("the child ended: " + System.lineSeparator(), () -> {
                    if (!child.alive()) {
                        throw new AssertionError("The child ended by itself:\n" + child.log());
                    }
                })
                .until(() -> {
                    if (child.reached()) {
                        how[0] = "at a point";
                    } else if ((kill != null
                                    && !kill.atPoint()
                                    && quiet.sinceTheStart(began) >= kill.afterStartMs()
                                    && kill.afterStartMs() >= 0)
                            || (kill != null
                                    && !kill.atPoint()
                                    && kill.afterLookupMs() >= 0
                                    && quiet.sinceFirstLookup() >= kill.afterLookupMs())) {
                        how[0] = "at a time";
                    } else if (quiet.isQuiet()) {
                        how[0] = "idle";
                    }
                    return how[0] != null;
                });
        return how[0];
    }

    /** Tells from what the simulator sees that a child has nothing left to do. */
    private final class Quiet {
        private long lookups;
        private long firstLookup;
        private long lastChange = System.nanoTime();
        private long emptyPolls = emptyPolls();

        Quiet(long lookupsBefore) {
            lookups = lookupsBefore;
        }

        /** No lookup of this kit is answered 404. */
        private long emptyPolls() {
            return simulator.stats().group(SERVICE, ORGANISATION).status().getOrDefault("404", 0L);
        }

        long sinceTheStart(long began) {
            return (System.nanoTime() - began) / 1_000_000;
        }

        long sinceFirstLookup() {
            look();
            return firstLookup == 0 ? -1 : (System.nanoTime() - firstLookup) / 1_000_000;
        }

        private void look() {
            long now = simulator.stats().lookups().calls();
            if (now != lookups) {
                lookups = now;
                lastChange = System.nanoTime();
                emptyPolls = emptyPolls();
                firstLookup = firstLookup == 0 ? lastChange : firstLookup;
            }
        }

        boolean isQuiet() {
            look();
            return simulator.stats().lookups().keys() >= plan.events() - failing.size()
                    && emptyPolls() >= emptyPolls + 5
                    && System.nanoTime() - lastChange > QUIET_NANOS;
        }
    }

    /** New events for keys that have had one; their data is another one from now on. */
    private void publishCorrections() {
        SimulatedList list = simulator.list(SERVICE);
        for (int i = 0; i < plan.corrections(); i++) {
            EventView event = list.event(i * (plan.events() / plan.corrections()));
            list.publish(event.identifikator(), event.gjelderPeriode());
        }
        audit.contentsChanged();
    }

    /** What a power cut may leave: half a line at the end. */
    private void cutALine() throws IOException {
        Path out = directory.resolve("out");
        if (Files.isDirectory(out)) {
            try (Stream<Path> files = Files.list(out)) {
                for (Path file : files.toList()) {
                    Files.write(
                            file,
                            "{\"service\":\"inntekt\",\"identif".getBytes(StandardCharsets.UTF_8),
                            StandardOpenOption.APPEND);
                }
            }
        }
    }

    private List<Received> received() {
        if (plan.sink() == Sink.FILE) {
            return Received.lines(directory.resolve("out"));
        }
        if (ledger == null) {
            return null;
        }
        await().atMost(A_LIFE).until(() -> broker.waiting(queue) == 0);
        return ledger.received();
    }

    @Override
    public void close() throws IOException, JMSException {
        simulator.close();
        look.close();
        if (ledger != null) {
            ledger.close();
        }
    }
}

package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.Durability;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.ProcessEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("I16: no error ends a lane's threads in silence")
class LaneTest {
    private static final int WORKERS = 3;
    private static final int LOOKUPS = 20;
    private static final OffsetDateTime LATER = OffsetDateTime.parse("2100-01-01T00:00Z");

    @TempDir
    Path directory;

    private final Alerts alerts = new Alerts();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger failures = new AtomicInteger();
    private final Map<String, Boolean> done = new ConcurrentHashMap<>();
    private Consumer<LookupExecution> fetched = execution -> {};
    private HikariDataSource dataSource;
    private JdbcTemplate jdbc;
    private Store store;
    private Lane lane;
    private final LaterWork later = new LaterWork();

    @BeforeEach
    void open() {
        String url = TestDatabase.H2.url(directory);
        dataSource = TestDatabase.H2.open(url);
        jdbc = new JdbcTemplate(dataSource);
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        store.add(IntStream.rangeClosed(1, LOOKUPS)
                .mapToObj(i -> PendingLookup.first(new LookupKey("s", "self", "s", "p" + i, "", "", 0), i))
                .toList());
    }

    @AfterEach
    void close() {
        lane.stop();
        threads.shutdown();
        dataSource.close();
    }

    @Test
    @DisplayName("An Error of a step, in each worker and more, is that lookup's failure: all are delivered in the end")
    void errorOfAStep() {
        run(key -> true, key -> {
            if (failures.getAndIncrement() < 2 * WORKERS) {
                throw new NoClassDefFoundError("a jar that is not there");
            }
        });
        untilAllAreDone();
    }

    @Test
    @DisplayName("What nobody has thought of, in the lane itself, is said, and the lane goes on")
    void unforeseen() {
        AtomicBoolean broken = new AtomicBoolean(true);
        run(
                key -> {
                    if (broken.get()) {
                        throw new AssertionError("unforeseen");
                    }
                    return true;
                },
                key -> {});
        await().until(() -> {
            lane.read();
            lane.fill();
            return alerts.open().toString().contains("AssertionError");
        });
        broken.set(false);
        untilAllAreDone();
        await().until(() -> alerts.open().isEmpty());
    }

    @Test
    @DisplayName(
            "I7: while the lane finds out whether it can go on, every other try is of a lookup that has not failed yet")
    void othersHaveTheirTurn() {
        AtomicInteger failuresBefore = new AtomicInteger(-1);
        fetched = execution ->
                execution.keep(new FetchedAnswer("s/v1", 200, "application/json", "id", new byte[10], Instant.now()));
        jdbc.update("update lookup_state set due_at = ? where identifikator not in ('p1', 'p2', 'p3')", LATER);
        run(key -> true, key -> {
            if (Set.of("p1", "p2", "p3").contains(key)) {
                failures.incrementAndGet();
                throw new IllegalStateException("never takes this one");
            }
            failuresBefore.compareAndSet(-1, failures.get());
        });
        await().until(() -> {
            lane.read();
            lane.fill();
            return alerts.open().containsKey("s");
        });
        AtomicInteger last = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(200)).until(() -> last.getAndSet(failures.get()) == failures.get());
        jdbc.update("update lookup_state set due_at = ?", LATER.minusYears(90));
        int before = failures.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            lane.read();
            lane.fill();
            return !done.isEmpty();
        });
        int tries = failuresBefore.get() - before;
        assertTrue(tries <= 2, "failed tries before another's: " + tries);
    }

    /** All lookups are an operation's, and stand until they are let go; answers the keys as they come. */
    private List<String> forAnOperation(Semaphore open) {
        later.of(List.of(Scope.ALL));
        jdbc.update("update lookup_state set due_at = dateadd('day', 365250, due_at)");
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        run(key -> true, key -> {
            order.add(key);
            open.acquireUninterruptibly();
        });
        return order;
    }

    @Test
    @DisplayName("I14: what events ask for goes before all that operations ask for, and workers are left for it")
    void eventsGoFirst() {
        Semaphore open = new Semaphore(0);
        List<String> order = forAnOperation(open);
        lane.read();
        lane.fill();
        await().until(() -> order.size() == WORKERS / 2 + 1);

        LookupKey live = new LookupKey("s", "self", "s", "live", "", "", 0);
        LookupKey joined = new LookupKey("s", "self", "s", "p" + LOOKUPS, "", "", 0);
        store.add(List.of(PendingLookup.of(live, 99, false, "{}"), PendingLookup.of(joined, 100, false, "{}")));
        lane.news(List.of(live, joined));
        lane.read();
        lane.fill();
        await().until(() -> order.size() == WORKERS);
        assertTrue(order.contains("p" + LOOKUPS) || order.contains("live"), order.toString());
        open.release(WORKERS);
        await().until(() -> order.size() == 2 * WORKERS);
        assertTrue(order.containsAll(List.of("live", "p" + LOOKUPS)), order.toString());
        open.release(10 * LOOKUPS);
        await().until(() -> {
            lane.read();
            lane.fill();
            return done.size() == LOOKUPS + 1;
        });
    }

    @Test
    @DisplayName("I5, I14: an event that joins while its row is being read goes first too, and costs one lookup")
    void joinsWhileRead() {
        Semaphore open = new Semaphore(0);
        List<String> order = forAnOperation(open);
        lane.read();
        LookupKey joined = new LookupKey("s", "self", "s", "p" + LOOKUPS, "", "", 0);
        store.add(List.of(PendingLookup.of(joined, 100, false, "{}")));
        lane.news(List.of(joined));
        lane.fill();
        await().until(() -> order.size() == WORKERS);
        assertTrue(order.contains("p" + LOOKUPS), order.toString());
        open.release(10 * LOOKUPS);
        untilAllAreDone();
        assertEquals(LOOKUPS, order.size());
    }

    @Test
    @DisplayName("I14: what is due is read once, not again for each lookup that is done: many lanes share the store")
    void readOnce() {
        run(key -> true, key -> LockSupport.parkNanos(Duration.ofMillis(5).toNanos()));
        int reads = 0;
        int rounds = 0;
        while (done.size() < LOOKUPS) {
            reads += lane.read() ? 1 : 0;
            lane.fill();
            rounds++;
        }
        assertTrue(rounds > 10 && reads <= 2, reads + " reads in " + rounds + " rounds");
        untilAllAreDone();
    }

    @Test
    @DisplayName("I4: what waits for an earlier snapshot of its key is read when that one is done")
    void nextSnapshot() {
        LookupKey first = new LookupKey("s", "self", "s", "one", "2024-01", "", 7);
        LookupKey second = new LookupKey("s", "self", "s", "one", "2024-01", "", 9);
        jdbc.update("delete from lookup_state");
        store.add(List.of(PendingLookup.of(first, 7, false, "{}"), PendingLookup.of(second, 9, false, "{}")));
        run(key -> true, key -> {});
        long began = System.nanoTime();
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            lane.read();
            lane.fill();
            return store.pending("s", "self", "s") == 0;
        });
        assertTrue(
                System.nanoTime() - began < Duration.ofMillis(1_900).toNanos(),
                "not only when the store is asked anyway");
    }

    @Test
    @DisplayName("No memory, however wrapped, ends the process with exit code 4")
    void noMemory() {
        AtomicInteger ended = new AtomicInteger();
        ProcessEnd.endsBy(ended::set);
        run(key -> true, key -> {
            throw new IllegalStateException(new OutOfMemoryError("a test's"));
        });
        await().until(() -> {
            lane.read();
            lane.fill();
            return ended.get() == ProcessEnd.CODE;
        });
    }

    private interface Step {
        void of(String identifikator);
    }

    private void untilAllAreDone() {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            lane.read();
            lane.fill();
            return done.size() == LOOKUPS && store.pending("s", "self", "s") == 0;
        });
        assertEquals(0, store.parked("s", "self"));
    }

    private void run(Predicate<LookupKey> wanted, Step step) {
        PendingLookups shared = new PendingLookups(
                store,
                work -> work.get(),
                new ResultGroup(store, work -> work.get()),
                service -> List.of("self"),
                service -> Set.of(),
                service -> Duration.ofMillis(100),
                3,
                12,
                WORKERS,
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(100)),
                new Statistics(),
                alerts,
                new PageNotifier(),
                wanted,
                new ResponseJournal(
                        "none",
                        "jdbc:h2:mem:x",
                        new byte[32],
                        store,
                        Durability.ofServer(dataSource),
                        new Alerts().watch("Kept answers")),
                Leases.ALONE,
                new LaneStates(new LaneStateTable(dataSource)),
                later);
        LookupRoute route = new LookupRoute() {
            @Override
            public void run(LookupExecution execution) {
                String key = execution.lookup().key().identifikator();
                fetched.accept(execution);
                step.of(key);
                done.put(key, true);
            }

            @Override
            public void wake() {}
        };
        lane = new Lane(route, shared, "s", "s", "self", threads);
    }
}

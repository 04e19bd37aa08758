package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.Ending;
import no.delingsruter.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultGroupTest {
    private static final String POISON = "poison";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<List<String>> transactions = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Optional<Throwable>> ended = new ConcurrentHashMap<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private static final Duration NEVER = Duration.ofHours(1);
    private ResultGroup group = new ResultGroup(this::store, NEVER, Duration.ZERO);
    private Throwable failure = new IllegalStateException("the database does not take it");

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private Throwable store(List<Ending> endings) {
        List<String> names = endings.stream()
                .map(ending -> ending.lookup().key().identifikator())
                .toList();
        transactions.add(names);
        if (names.contains("first")) {
            try {
                first.await();
            } catch (InterruptedException e) {
                return e;
            }
        }
        return names.contains(POISON) ? failure : null;
    }

    private void add(String name) {
        PendingLookup lookup = PendingLookup.first(new LookupKey("s", "self", "s", name, "", "", 0), 1);
        group.add(new ResultGroup.Member() {
            @Override
            public Ending ending() {
                return new Ending(lookup, null, Done.LEFT_OUT, List.of());
            }

            @Override
            public void ended(Throwable why) {
                ended.put(name, Optional.ofNullable(why));
            }
        });
    }

    /** While the first one is being written, the others come. */
    private void addBehindAnother(List<String> names) {
        threads.execute(() -> add("first"));
        await().until(() -> transactions.size() == 1);
        names.forEach(this::add);
        assertEquals(Map.of(), ended, "nothing is said to be done before it is written");
        first.countDown();
        await().until(() -> ended.size() == names.size() + 1);
    }

    @Test
    @DisplayName("A result that comes alone is written at once, by its own thread")
    void alone() {
        add("one");
        assertEquals(Map.of("one", Optional.empty()), ended);
        assertEquals(List.of(List.of("one")), transactions);
    }

    @Test
    @DisplayName("Those that come while others are written are written together, next")
    void together() {
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "p" + i).toList();
        addBehindAnother(names);
        assertEquals(List.of(List.of("first"), names), transactions);
        assertTrue(ended.values().stream().allMatch(Optional::isEmpty));
    }

    @Test
    @DisplayName(
            "I7: what one result cannot have written is no fault of the others in its transaction: they are done one by one")
    void oneByOne() {
        addBehindAnother(List.of("a", POISON, "b", "c"));
        assertSame(failure, ended.get(POISON).orElseThrow());
        for (String name : List.of("first", "a", "b", "c")) {
            assertNull(ended.get(name).orElse(null), name);
        }
        assertTrue(transactions.containsAll(List.of(List.of("a"), List.of("b"), List.of("c"), List.of(POISON))));
    }

    @Test
    @DisplayName("A store that is not there is not asked for each of them")
    void away() {
        failure = new StoreException("it cannot be stored", new SQLTransientConnectionException("no connection"));
        AtomicInteger asked = new AtomicInteger();
        ResultGroup away = new ResultGroup(
                endings -> {
                    asked.incrementAndGet();
                    if (asked.get() == 1) {
                        await().until(() -> first.getCount() == 0);
                    }
                    return failure;
                },
                NEVER,
                Duration.ZERO);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        ResultGroup.Member member = new ResultGroup.Member() {
            @Override
            public Ending ending() {
                return new Ending(
                        PendingLookup.first(new LookupKey("s", "self", "s", "p", "", "", 0), 1),
                        null,
                        Done.LEFT_OUT,
                        List.of());
            }

            @Override
            public void ended(Throwable why) {
                failures.add(why);
            }
        };
        threads.execute(() -> away.add(member));
        await().until(() -> asked.get() == 1);
        IntStream.range(0, 50).forEach(i -> away.add(member));
        first.countDown();
        await().until(() -> failures.size() == 51);
        assertTrue(asked.get() < 6, "asked " + asked);
        assertEquals(List.of(failure), failures.stream().distinct().toList());
    }

    @Test
    @DisplayName("I10: what waits is bounded: a thread that comes with more waits for room, and goes on when there is")
    void bounded() {
        threads.execute(() -> add("first"));
        await().until(() -> transactions.size() == 1);
        IntStream.range(0, ResultGroup.MOST).forEach(i -> add("p" + i));
        CountDownLatch added = new CountDownLatch(1);
        threads.execute(() -> {
            add("one more");
            added.countDown();
        });
        await().during(Duration.ofMillis(100)).until(() -> added.getCount() == 1);
        assertFalse(ended.containsKey("one more"));
        first.countDown();
        await().until(() -> ended.size() == ResultGroup.MOST + 2);
        assertTrue(transactions.stream().allMatch(one -> one.size() <= ResultGroup.MOST));
    }

    @Test
    @DisplayName(
            "While a transaction takes long, whoever comes waits for its end: nothing more is fetched for a store that may be away")
    void slow() {
        group = new ResultGroup(this::store, Duration.ofMillis(20), Duration.ZERO);
        threads.execute(() -> add("first"));
        await().until(() -> transactions.size() == 1);
        AtomicInteger goOn = new AtomicInteger();
        await().pollDelay(Duration.ofMillis(50)).until(() -> true);
        IntStream.range(0, 10)
                .forEach(i -> threads.execute(() -> {
                    add("p" + i);
                    goOn.incrementAndGet();
                }));
        await().during(Duration.ofMillis(200)).until(() -> goOn.get() == 0);
        first.countDown();
        await().until(() -> goOn.get() == 10 && ended.size() == 11);
    }

    @Test
    @DisplayName(
            "While results come, those of a few milliseconds are written together, though nothing is being written")
    void gathered() {
        group = new ResultGroup(this::store, NEVER, Duration.ofSeconds(2));
        addBehindAnother(List.of("a"));
        List.of("b", "c", "d").forEach(this::add);
        await().until(() -> ended.size() == 5);
        assertEquals(List.of(List.of("first"), List.of("a"), List.of("b", "c", "d")), transactions);
    }

    @Test
    @DisplayName("I10: a full group does not wait for more")
    void fullGroup() {
        group = new ResultGroup(this::store, NEVER, NEVER);
        addBehindAnother(List.of("a"));
        IntStream.range(0, ResultGroup.MOST).forEach(i -> add("p" + i));
        await().until(() -> ended.size() == ResultGroup.MOST + 2);
        assertEquals(ResultGroup.MOST, transactions.get(2).size());
    }

    @Test
    @DisplayName("A lane's own thread writes its own result alone: a lane that stops does not wait for those of others")
    void ownAlone() {
        CountDownLatch others = new CountDownLatch(1);
        CountDownLatch own = new CountDownLatch(1);
        group = new ResultGroup(
                endings -> {
                    Throwable failed = store(endings);
                    if (transactions.size() > 1) {
                        await().until(() -> others.getCount() == 0);
                    }
                    return failed;
                },
                NEVER,
                Duration.ZERO);
        threads.execute(() -> {
            add("first");
            own.countDown();
        });
        await().until(() -> transactions.size() == 1);
        List.of("a", "b").forEach(this::add);
        first.countDown();
        await().until(() -> own.getCount() == 0);
        assertEquals(Map.of("first", Optional.empty()), ended, "the others' transaction is still open");
        others.countDown();
        await().until(() -> ended.size() == 3);
    }
}

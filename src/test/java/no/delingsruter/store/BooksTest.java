package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.PendingLookup.Delivered;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class BooksTest {
    private static final String ONE = "01810012345";
    private static final String TWO = "02810012345";

    @TempDir
    Path directory;

    private HikariDataSource dataSource;
    private Store store;
    private PageCommitter pages;
    private Parked parked;
    private TransactionTemplate transactions;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private long last;

    @AfterEach
    void close() {
        threads.shutdown();
        dataSource.close();
    }

    private void open(TestDatabase database) {
        dataSource = database.open(database.url(directory));
        transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        pages = new PageCommitter(store, dataSource, transactions);
        parked = new Parked(dataSource, transactions);
    }

    private static LookupKey key(String person) {
        return new LookupKey("inntekt", "self", "inntekt", person, "2024-03", "", 0);
    }

    /** A page of an event for each; one for nobody is left out by the route. */
    private void page(String... persons) {
        commit(new ArrayList<>(List.of(persons)), persons.length);
    }

    private void commit(List<String> persons, int read) {
        OptionalLong from = store.checkpoint("inntekt", "self");
        Page page = new Page("inntekt", "self", from);
        page.read(read);
        List<Map<String, Object>> events = persons.stream()
                .map(person -> Map.<String, Object>of("identifikator", person, "sekvensnummer", ++last))
                .toList();
        page.pass(pages.requested("inntekt", "self"), events);
        for (Page.Replay replay : page.replays()) {
            page.add(key(ONE), replay.event());
            page.passed();
        }
        for (Map<String, Object> event : events) {
            page.reached("inntekt-hendelser");
            if (event.get("identifikator").equals("unusable")) {
                page.park("", "it is not usable");
            } else if (!event.get("identifikator").equals("nobody")) {
                page.add(key((String) event.get("identifikator")), event);
            }
            page.passed();
        }
        page.last(last);
        assertTrue(pages.commit(page));
    }

    private List<PendingLookup> due() {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(60), 100);
    }

    private void done(PendingLookup lookup, Done how) {
        transactions.executeWithoutResult(status -> store.done(lookup, new Delivered(1, "found", "hash"), how));
    }

    private static ParkedEvent parked(PendingLookup lookup) {
        return new ParkedEvent(lookup.key(), 1, false, lookup.hendelse(), 400, "X-1", null, "refused", 3);
    }

    private void balances(Object... expected) {
        Map<String, Long> accounts = new TreeMap<>();
        for (int i = 0; i < expected.length; i += 2) {
            accounts.put((String) expected[i], ((Integer) expected[i + 1]).longValue());
        }
        Books.Balance balance = store.books().read().get(0);
        assertEquals(accounts, balance.amounts());
        assertEquals(balance.in(), balance.out(), "the books balance");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: events are coalesced, left out, parked and done, each in the transaction that does it")
    void whatBecomesOfEvents(TestDatabase database) {
        open(database);
        page(ONE, ONE, TWO, "nobody", "unusable");
        balances("read", 5, "left out: inntekt-hendelser", 1, "parked", 1, "pending", 3);
        PendingLookup one = due().get(0);
        page(ONE);
        done(one, Done.DELIVERED);
        balances(
                "read", 6, "left out: inntekt-hendelser", 1, "parked", 1, "pending", 2, "coalesced", 1, "delivered", 1);
        due().forEach(lookup ->
                done(lookup, lookup.key().identifikator().equals(ONE) ? Done.UNCHANGED : Done.LEFT_OUT));
        balances(
                "read",
                6,
                "left out: inntekt-hendelser",
                1,
                "parked",
                1,
                "coalesced",
                1,
                "delivered",
                1,
                "unchanged",
                1,
                "left out: results",
                1);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: an event that joins a lookup that is parked, a replay, and what supersedes a parked event")
    void parkedAndReplayed(TestDatabase database) {
        open(database);
        page(ONE, ONE);
        PendingLookup one = due().get(0);
        page(ONE);
        store.park(one, parked(one));
        balances("read", 3, "coalesced", 1, "parked", 1, "pending", 1);
        done(due().get(0), Done.NONE);
        balances("read", 3, "coalesced", 1, "superseded", 1, "none", 1);
        page(TWO);
        PendingLookup two = due().get(0);
        store.park(two, parked(two));
        parked.replay(new Parked.Selection(List.of(), "inntekt", null, null, null, null, false));
        balances("read", 4, "coalesced", 1, "superseded", 1, "none", 1, "pending", 1);
        store.drop(due().get(0));
        balances("read", 4, "coalesced", 1, "superseded", 1, "none", 1, "removed", 1);
        page("unusable");
        parked.replay(new Parked.Selection(List.of(), "inntekt", null, null, null, null, false));
        commit(List.of(), 0);
        balances("read", 5, "coalesced", 1, "superseded", 1, "none", 1, "removed", 1, "pending", 1);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: snapshots, first lookups and keys that are deleted with all that is kept of them")
    void snapshotsFirstLookupsAndErasure(TestDatabase database) {
        open(database);
        LookupKey snapshot = new LookupKey("inntekt", "self", "inntekt", ONE, "2024-03", "", 7);
        store.add(List.of(PendingLookup.first(key(ONE), 3), PendingLookup.first(snapshot, 7)));
        balances("first", 2, "pending", 2);
        done(due().get(0), Done.DELIVERED);
        done(due().get(0), Done.DELETED);
        balances("first", 2, "delivered", 1, "deleted", 1);
        page(ONE, ONE);
        transactions.executeWithoutResult(status -> {
            store.books().leaving("identifikator = ?", ONE);
            new JdbcTemplate(dataSource).update("delete from lookup_state where identifikator = ?", ONE);
        });
        balances("first", 2, "read", 2, "delivered", 1, "deleted", 1, "removed", 2);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: what is rolled back is not in the books")
    void rolledBack(TestDatabase database) {
        open(database);
        page(ONE);
        transactions.executeWithoutResult(status -> {
            store.done(due().get(0), null, Done.LEFT_OUT);
            status.setRollbackOnly();
        });
        balances("read", 1, "pending", 1);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: the books balance at every moment, with pages, parkings and results at once")
    void allAtOnce(TestDatabase database) {
        open(database);
        for (int round = 0; round < 5; round++) {
            page(IntStream.range(0, 60)
                    .mapToObj(i -> "0181001" + (2000 + i % 50))
                    .toArray(String[]::new));
            List<PendingLookup> due = due();
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (PendingLookup lookup : due) {
                all.add(CompletableFuture.runAsync(() -> {
                    if (lookup.key().identifikator().endsWith("7")) {
                        store.park(lookup, parked(lookup));
                    } else {
                        done(lookup, Done.DELIVERED);
                    }
                }));
            }
            for (int i = 0; i < 20; i++) {
                Books.Balance now = store.books().read().get(0);
                assertEquals(now.in(), now.out(), now.toString());
            }
            all.forEach(CompletableFuture::join);
        }
        Books.Balance end = store.books().read().get(0);
        assertEquals(300, end.in());
        assertEquals(300, end.out());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I15, null control: an event that the parser drops, a row deleted behind our back: the books do not balance")
    void doNotBalance(TestDatabase database) {
        open(database);
        commit(new ArrayList<>(List.of(ONE)), 2);
        assertEquals(1, difference(), "an event was read and did not pass the route");
        page(TWO);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.update("delete from lookup_state where identifikator = ?", TWO);
        assertEquals(2, difference(), "a pending lookup is gone");
        done(due().get(0), Done.DELIVERED);
        assertEquals(2, difference());
        jdbc.update("delete from lookup_state where identifikator = ?", ONE);
        assertEquals(3, difference(), "a key that was delivered is gone");
        page("unusable");
        jdbc.update("delete from parked");
        assertEquals(4, difference(), "a parked event is gone");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I15: transactions that open an account at the same moment all enter their amount")
    void openedAtTheSameMoment(TestDatabase database) {
        open(database);
        CyclicBarrier all = new CyclicBarrier(4);
        for (int round = 0; round < 10; round++) {
            String account = "left out: " + round;
            CompletableFuture.allOf(IntStream.range(0, 4)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> enter(account, all), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
            assertEquals(4, store.books().read().get(0).of(account));
        }
    }

    private void enter(String account, CyclicBarrier all) {
        transactions.executeWithoutResult(status -> {
            store.books().enter("inntekt", "self", account, 1);
            try {
                all.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private long difference() {
        Books.Balance balance = store.books().read().get(0);
        return balance.in() - balance.out();
    }
}

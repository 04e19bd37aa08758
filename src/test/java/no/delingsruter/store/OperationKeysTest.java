package no.delingsruter.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import no.delingsruter.model.Account;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.PendingLookup.Delivered;
import no.delingsruter.model.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OperationKeysTest {
    private static final Scope LANE = new Scope("inntekt", "self", "inntekt");

    @TempDir
    Path directory;

    private HikariDataSource pool;
    private TransactionTemplate transactions;
    private JdbcTemplate jdbc;
    private Store store;
    private OperationKeys keys;
    private OperationTable table;

    @AfterEach
    void close() {
        pool.close();
    }

    private void open(TestDatabase database) {
        pool = database.open(database.url(directory));
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        jdbc = new JdbcTemplate(pool);
        store = new Store(pool, transactions);
        keys = new OperationKeys(pool);
        table = new OperationTable(pool, transactions);
    }

    private static LookupKey key(int person, long snapshot) {
        return new LookupKey("inntekt", "self", "inntekt", "0181000000" + person, "2024-03", "", snapshot);
    }

    private static PendingLookup event(int person, long snapshot) {
        return PendingLookup.of(key(person, snapshot), 7, false, "{}");
    }

    private long operation(PendingLookup... planned) {
        return table.add(
                Operation.of("refetch", Scope.ALL, Map.of(), "me", null),
                id -> keys.plans().add(id, List.of(planned)));
    }

    private int[] feed(long operation) {
        return transactions.execute(status -> keys.feed(operation, LANE, 100));
    }

    private void page(PendingLookup... events) {
        OptionalLong position = store.checkpoint("inntekt", "self");
        store.commitPage("inntekt", "self", position, position.orElse(0) + 1, null, List.of(events), List.of(), 0);
    }

    private List<PendingLookup> pending() {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(1), 100);
    }

    private List<LookupKey> due() {
        return pending().stream().map(PendingLookup::key).toList();
    }

    private List<LookupKey> dueLater() {
        return store
                .dueRows()
                .dueLater("inntekt", "self", "inntekt", Instant.now().plusSeconds(1), 100)
                .stream()
                .map(PendingLookup::key)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I15, I16: an operation that ends before its time leaves nothing pending that nobody would look up, and says what it left undone")
    void ends(TestDatabase database) {
        open(database);
        page(event(1, 0), event(2, 0));
        pending().forEach(lookup -> store.done(lookup, new Delivered(1, "found", "x"), Done.DELIVERED));
        long other = operation(event(3, 0));
        assertArrayEquals(new int[] {1, 0}, feed(other));
        long failed = operation(event(1, 0), event(2, 0), event(3, 0), event(4, 9));
        assertArrayEquals(new int[] {3, 1}, feed(failed));
        transactions.execute(status -> keys.plans().add(failed, List.of(event(5, 0))));
        page(event(2, 0));
        table.end(failed, State.FAILED, "It cannot go on");

        assertEquals(List.of(key(2, 0)), due(), "an event has asked for it, too");
        assertEquals(List.of(key(3, 0)), dueLater(), "another operation has asked for it, too");
        assertEquals(1, jdbc.queryForObject("select count(*) from operation_key", Integer.class), "the other's");
        assertEquals(
                "FAILED It cannot go on; left undone: 5 of its keys",
                jdbc.queryForObject("select state || ' ' || result from operation where id = " + failed, String.class));
        Books.Balance books = store.books().read().get(0);
        assertEquals(2, books.of(Account.REMOVED), books.toString());
        page(event(4, 10));
        assertEquals(List.of(key(2, 0), key(4, 10)), due(), "no older snapshot is in the way");
        table.end(other, State.CANCELLED, "");
        pending().forEach(store::drop);
        assertNull(store.dueRows().nextDue("inntekt", "self", "inntekt"), "what drains comes to its end");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I16: what no lane looks up is no part of a plan, and is counted")
    void leftOut(TestDatabase database) {
        open(database);
        long operation = operation(
                event(1, 0),
                event(2, 0),
                PendingLookup.of(new LookupKey("gone", "self", "gone", "01810000001", "", "", 0), 1, false, null));
        assertEquals(Map.of(new Scope("gone", "self", "gone"), 1), keys.plans().leaveOutBut(operation, List.of(LANE)));
        assertEquals(2, keys.waiting(operation));
        assertEquals(Map.of(), keys.plans().leaveOutBut(operation, List.of(LANE)));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I14: an operation takes the rows of keys in the order in which pages take them: none waits for the other")
    void order(TestDatabase database) throws Exception {
        open(database);
        page(event(1, 0), event(2, 0));
        pending().forEach(lookup -> store.done(lookup, new Delivered(1, "found", "x"), Done.DELIVERED));
        long operation = operation(event(2, 0), event(1, 0));
        CompletableFuture<int[]> fed = new CompletableFuture<>();
        // As a page does: the first key's row, and a moment later the second one's
        transactions.execute(status -> {
            jdbc.update("update lookup_state set revision = revision where identifikator = '01810000001'");
            fed.completeAsync(() -> feed(operation));
            await().until(() -> jdbc.queryForObject(database.waiting(), Integer.class) > 0);
            jdbc.update("update lookup_state set revision = revision where identifikator = '01810000002'");
            return null;
        });
        assertArrayEquals(new int[] {2, 0}, fed.get(30, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I4, I14: an event of a key does not wait until all other events are done, for an older snapshot that an operation asks for: that one is next")
    void olderSnapshot(TestDatabase database) {
        open(database);
        long operation = operation(event(1, 5), event(1, 8), event(2, 5), event(3, 9));
        feed(operation);
        page(event(1, 7), event(3, 6));
        assertEquals(List.of(key(3, 6)), due());
        assertTrue(keys.hurry(LANE));
        assertEquals(List.of(key(3, 6), key(1, 5)), due(), "the one that is older than the event");
        PendingLookup older = pending().get(1);
        store.done(older, new Delivered(1, "found", "x"), Done.DELIVERED);
        assertEquals(List.of(key(1, 7), key(3, 6)), due().stream().sorted().toList());
        assertEquals(
                1, pending().stream().filter(lookup -> lookup.last() != null).count());
        assertFalse(keys.hurry(LANE));
        pending().forEach(lookup -> store.done(lookup, new Delivered(2, "found", "y"), Done.DELIVERED));
        assertEquals(List.of(), due());
        assertEquals(List.of(key(1, 8), key(2, 5), key(3, 9)), dueLater(), "behind all events, as before");
    }
}

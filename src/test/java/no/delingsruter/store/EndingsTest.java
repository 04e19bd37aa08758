package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
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

@DisplayName("Lookups that end together, in one transaction")
class EndingsTest {
    private static final String INSERT = "insert into receiver (person, taken) values (?, ?)";

    @TempDir
    Path directory;

    private HikariDataSource dataSource;
    private JdbcTemplate jdbc;
    private Store store;
    private TransactionTemplate transactions;

    private void open(TestDatabase database) {
        dataSource = database.open(database.url(directory));
        jdbc = new JdbcTemplate(dataSource);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        jdbc.execute("create table receiver (person varchar(20) primary key, taken integer)");
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    private static LookupKey key(int person) {
        return new LookupKey("inntekt", "self", "inntekt", String.format("p%04d", person), "2024-03", "", 0);
    }

    private void event(int sekvensnummer, int... persons) {
        store.add(IntStream.of(persons)
                .mapToObj(person -> PendingLookup.of(key(person), sekvensnummer, false, "{}"))
                .toList());
    }

    private List<PendingLookup> due() {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(60), 1000);
    }

    private static Ending ending(PendingLookup lookup, int taken) {
        return new Ending(
                lookup,
                new Delivered(lookup.last() == null ? 1 : lookup.last().version() + 1, "found", "hash"),
                Done.DELIVERED,
                List.of(new ResultStatement("take", INSERT, List.of(lookup.key().identifikator(), taken))));
    }

    private List<Ending> endings() {
        return due().stream().map(lookup -> ending(lookup, 1)).toList();
    }

    private void end(List<Ending> endings) {
        transactions.executeWithoutResult(status -> store.done(endings));
    }

    private int received() {
        return jdbc.queryForObject("select count(*) from receiver", Integer.class);
    }

    private void balances() {
        Books.Balance balance = store.books().read().get(0);
        assertEquals(balance.in(), balance.out(), "I15: the books balance");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("I9: all are done, each with what it has the store write, and each is counted as what it is")
    void all(TestDatabase database) {
        open(database);
        event(1, 1, 2, 3, 4);
        List<PendingLookup> due = due();
        end(List.of(
                ending(due.get(2), 1),
                ending(due.get(0), 1),
                new Ending(due.get(1), null, Done.LEFT_OUT, List.of()),
                new Ending(due.get(3), new Delivered(1, "none", "h"), Done.NONE, List.of())));
        assertEquals(0, due().size());
        assertEquals(2, received());
        Books.Balance balance = store.books().read().get(0);
        assertEquals(2, balance.of("delivered"));
        assertEquals(1, balance.of("none"));
        assertEquals(1, balance.of("left out: results"));
        balances();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "I2, I9: when one cannot be written, none is: all are pending as before, and nothing has been received")
    void none(TestDatabase database) {
        open(database);
        event(1, 1, 2, 3);
        jdbc.update(INSERT, key(2).identifikator(), 0);
        assertThrows(StoreException.class, () -> end(endings()));
        assertEquals(3, due().size());
        assertEquals(1, received());
        balances();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("I2: an event that joins one of them meanwhile leaves it pending, once, and the others are done")
    void joined(TestDatabase database) {
        open(database);
        event(1, 1, 2, 3);
        List<Ending> endings = endings();
        event(2, 2);
        end(endings);
        PendingLookup left = due().get(0);
        assertEquals(List.of(key(2)), due().stream().map(PendingLookup::key).toList());
        assertEquals(List.of(1, 2L), List.of(left.events(), left.firstSekvensnummer()));
        assertEquals(3, received());
        balances();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("I9: when one was removed meanwhile, nothing of its result is kept, and none of them is done")
    void removed(TestDatabase database) {
        open(database);
        event(1, 1, 2, 3);
        List<Ending> endings = endings();
        store.drop(due().get(1));
        assertThrows(Store.RemovedException.class, () -> end(endings));
        assertEquals(List.of(2, 0), List.of(due().size(), received()));
        balances();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("I4: what one result has written comes in its order, whatever the others write")
    void inOrder(TestDatabase database) {
        open(database);
        event(1, 1, 2, 3);
        List<Ending> endings = new ArrayList<>();
        for (Ending ending : endings()) {
            String person = ending.lookup().key().identifikator();
            List<ResultStatement> statements = new ArrayList<>(ending.statements());
            if (endings.size() != 1) {
                statements.add(new ResultStatement(
                        "more", "update receiver set taken = taken + ? where person = ?", List.of(1, person)));
                statements.add(new ResultStatement(
                        "all", "update receiver set taken = taken * ? where person = ?", List.of(10, person)));
            }
            endings.add(new Ending(ending.lookup(), ending.delivered(), ending.how(), statements));
        }
        end(endings);
        assertEquals(
                List.of(20, 1, 20), jdbc.queryForList("select taken from receiver order by person", Integer.class));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "I14: pages and groups of the same keys, in any order, never wait for each other until one is given up")
    void noDeadlock(TestDatabase database) throws Exception {
        open(database);
        int[] persons = IntStream.range(0, 150).toArray();
        event(1, persons);
        end(due().stream()
                .map(lookup -> new Ending(lookup, new Delivered(1, "found", "h"), Done.DELIVERED, List.of()))
                .toList());
        event(2, persons);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            for (int round = 0; round < 15; round++) {
                List<PendingLookup> shuffled = new ArrayList<>(due());
                Collections.shuffle(shuffled, new Random(round));
                int number = 3 + round;
                List<PendingLookup> page = IntStream.of(persons)
                        .mapToObj(person -> PendingLookup.of(key(149 - person), number, false, "{}"))
                        .toList();
                Future<?> pages = threads.submit(() -> store.add(page));
                end(shuffled.stream()
                        .map(lookup -> new Ending(lookup, new Delivered(2, "found", "h"), Done.DELIVERED, List.of()))
                        .toList());
                pages.get();
            }
        } finally {
            threads.shutdown();
        }
        balances();
    }
}

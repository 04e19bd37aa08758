package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
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

class StoreTest {
    private static final String PERSON = "01810012345";

    @TempDir
    Path directory;

    private HikariDataSource dataSource;
    private Store store;
    private TransactionTemplate transactions;
    private JdbcTemplate jdbc;

    @AfterEach
    void close() {
        dataSource.close();
    }

    private void open(TestDatabase database) {
        dataSource = database.open(database.url(directory));
        transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        jdbc = new JdbcTemplate(dataSource);
    }

    private static LookupKey key(String person) {
        return new LookupKey("inntekt", "self", "inntekt", person, "2024-03", "", 0);
    }

    private static PendingLookup event(String person, long sekvensnummer) {
        return PendingLookup.of(key(person), sekvensnummer, false, "{\"sekvensnummer\":" + sekvensnummer + "}");
    }

    private List<PendingLookup> due() {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(1), 100);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I3: the checkpoint moves only from the value that the page was read from, and only with what the page asked for")
    void checkpointMovesByCompareAndSet(TestDatabase database) {
        open(database);
        assertEquals(OptionalLong.empty(), store.checkpoint("inntekt", "self"));
        assertTrue(store.commitPage(
                "inntekt", "self", OptionalLong.empty(), 7, null, List.of(event(PERSON, 7)), List.of(), 0));
        assertEquals(OptionalLong.of(7), store.checkpoint("inntekt", "self"));
        assertFalse(
                store.commitPage(
                        "inntekt",
                        "self",
                        OptionalLong.empty(),
                        9,
                        null,
                        List.of(event("02810012345", 9)),
                        List.of(),
                        0),
                "a second reader that also found no checkpoint");
        assertFalse(
                store.commitPage(
                        "inntekt", "self", OptionalLong.of(5), 9, null, List.of(event("02810012345", 9)), List.of(), 0),
                "a reader with an old position");
        assertEquals(OptionalLong.of(7), store.checkpoint("inntekt", "self"));
        assertEquals(1, due().size());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I5: events for a key that wait together are one lookup, with the first and the latest number")
    void eventsThatWaitTogetherAreOneLookup(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 3, null, List.of(event(PERSON, 3)), List.of(), 0);
        PendingLookup twoOfOnePage = event(PERSON, 5).and(event(PERSON, 8));
        store.commitPage(
                "inntekt",
                "self",
                OptionalLong.of(3),
                8,
                null,
                List.of(twoOfOnePage, event("02810012345", 6)),
                List.of(),
                0);
        List<PendingLookup> due = due();
        assertEquals(2, due.size());
        PendingLookup first = due.get(0);
        assertEquals(PERSON, first.key().identifikator());
        assertEquals(3, first.firstSekvensnummer());
        assertEquals(8, first.latestSekvensnummer());
        assertEquals(3, first.events());
        assertEquals("{\"sekvensnummer\":8}", first.hendelse());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I5: an event that arrives while its key is being looked up costs another lookup")
    void eventDuringLookupStaysPending(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 1, null, List.of(event(PERSON, 1)), List.of(), 0);
        PendingLookup taken = due().get(0);
        store.commitPage("inntekt", "self", OptionalLong.of(1), 2, null, List.of(event(PERSON, 2)), List.of(), 0);
        store.done(taken, new Delivered(1, "found", "hash1"), Done.DELIVERED);
        PendingLookup again = due().get(0);
        assertEquals(2, again.firstSekvensnummer());
        assertEquals(1, again.events());
        assertEquals(new Delivered(1, "found", "hash1"), again.last());
        store.done(again, new Delivered(2, "found", "hash2"), Done.DELIVERED);
        assertTrue(due().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I4, I5: an event after a delivery is another lookup, which counts from the beginning and never looks older than what was delivered")
    void pendingAfterDelivery(TestDatabase database) {
        open(database);
        store.commitPage(
                "inntekt",
                "self",
                OptionalLong.empty(),
                7,
                null,
                List.of(PendingLookup.of(key(PERSON), 7, true, "{}")),
                List.of(),
                0);
        store.failed(due().get(0), Instant.now(), 2, "503 from inntekt");
        PendingLookup taken = due().get(0);
        store.done(taken, new Delivered(1, "found", "hash1"), Done.DELIVERED);
        assertEquals(0, store.pending("inntekt", "self", "inntekt"));
        assertEquals(0, jdbc.queryForObject("select count(*) from pending_lookup", Integer.class));
        assertNull(store.dueRows().nextDue("inntekt", "self", "inntekt"));
        store.failed(taken, Instant.now(), 3, "too late");
        assertEquals(List.of(), due(), "what is done is not brought back");

        store.commitPage("inntekt", "self", OptionalLong.of(7), 9, null, List.of(event(PERSON, 9)), List.of(), 0);
        PendingLookup again = due().get(0);
        assertEquals(
                List.of(9L, 9L, 1L, 0L),
                List.of(again.firstSekvensnummer(), again.latestSekvensnummer(), (long) again.events(), (long)
                        again.attempts()));
        assertFalse(again.identityChange(), "that was the event before");
        assertEquals("{\"sekvensnummer\":9}", again.hendelse());
        assertEquals(new Delivered(1, "found", "hash1"), again.last());
        assertThrows(
                Store.RemovedException.class,
                () -> store.done(
                        PendingLookup.of(key("02810012345"), 1, false, "{}"),
                        new Delivered(1, "found", "x"),
                        Done.DELIVERED));
        store.done(again, null, Done.DELIVERED);
        store.commitPage("inntekt", "self", OptionalLong.of(9), 10, null, List.of(event(PERSON, 3)), List.of(), 0);
        assertEquals(9, due().get(0).latestSekvensnummer());
        assertEquals(new Delivered(1, "found", "hash1"), due().get(0).last(), "an unchanged result is remembered");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I4: snapshots are looked up one after the other, and know what was delivered before")
    void snapshots(TestDatabase database) {
        open(database);
        store.add(
                List.of(PendingLookup.of(snapshot(5), 5, false, "{}"), PendingLookup.of(snapshot(8), 8, false, "{}")));
        assertEquals(
                List.of(snapshot(5)), due().stream().map(PendingLookup::key).toList());
        store.done(due().get(0), new Delivered(1, "found", "hash1"), Done.DELIVERED);
        assertEquals(
                List.of(snapshot(8)), due().stream().map(PendingLookup::key).toList());
        assertEquals(new Delivered(1, "found", "hash1"), due().get(0).last());
        store.done(due().get(0), new Delivered(2, "found", "hash2"), Done.DELIVERED);
        assertEquals(List.of(), due());
        assertEquals(
                1,
                jdbc.queryForObject("select count(*) from lookup_state", Integer.class),
                "no row is left of a snapshot");
    }

    private static LookupKey snapshot(long sekvensnummer) {
        return new LookupKey("inntekt", "self", "inntekt", PERSON, "2024-03", "", sekvensnummer);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I5, I7: two keys of a watch list that ask for the same lookup are one, and hold up no others")
    void askedForTwice(TestDatabase database) {
        open(database);
        store.add(List.of(
                PendingLookup.first(key(PERSON), 7),
                PendingLookup.first(key(PERSON), 7),
                PendingLookup.first(key("02810012345"), 7)));
        assertEquals(2, due().size());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("What was erased while its lookup was under way does not come back as parked")
    void notParkedAfterErase(TestDatabase database) {
        open(database);
        store.add(List.of(event(PERSON, 5)));
        PendingLookup taken = due().get(0);
        store.drop(taken);
        store.park(
                taken,
                new ParkedEvent(
                        taken.key(), 5, false, taken.hendelse(), 400, "IM-006", "id", "400 IM-006 from inntekt", 3));
        assertEquals(0, jdbc.queryForObject("select count(*) from parked", Integer.class));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("What nobody wants any more and was never delivered leaves nothing behind")
    void dropped(TestDatabase database) {
        open(database);
        store.add(List.of(event(PERSON, 5)));
        store.drop(due().get(0));
        assertEquals(0, jdbc.queryForObject("select count(*) from lookup_state", Integer.class));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: what was rolled back is pending as before")
    void rolledBackDeliveryStaysPending(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 1, null, List.of(event(PERSON, 1)), List.of(), 0);
        transactions.executeWithoutResult(status -> {
            store.done(due().get(0), new Delivered(1, "found", "hash"), Done.DELIVERED);
            status.setRollbackOnly();
        });
        assertEquals(1, due().size());
        assertNull(due().get(0).last());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: a parked lookup is kept with its reason, and a later result of the key supersedes it")
    void parkedUntilSuperseded(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 1, null, List.of(event(PERSON, 1)), List.of(), 0);
        PendingLookup taken = due().get(0);
        store.park(
                taken,
                new ParkedEvent(
                        taken.key(), 1, false, taken.hendelse(), 400, "IM-006", "id", "400 IM-006 from inntekt", 3));
        assertTrue(due().isEmpty());
        assertEquals(
                Map.of("STATUS", 400, "KODE", "IM-006", "REASON", "400 IM-006 from inntekt"),
                upper(jdbc.queryForMap("select status, kode, reason from parked")));
        store.commitPage("inntekt", "self", OptionalLong.of(1), 2, null, List.of(event(PERSON, 2)), List.of(), 0);
        PendingLookup again = due().get(0);
        assertTrue(again.parked());
        store.done(again, new Delivered(1, "found", "hash"), Done.DELIVERED);
        assertEquals(0, jdbc.queryForObject("select count(*) from parked", Integer.class));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I11: a lookup is due by the store's clock: an instance whose own clock is hours off neither delays it nor waits for it")
    void dueByTheStoresClock(TestDatabase database) {
        open(database);
        OffsetDateTime due = transactions.execute(status -> {
            OffsetDateTime now = jdbc.queryForObject("select current_timestamp", OffsetDateTime.class);
            store.add(List.of(event(PERSON, 1)));
            assertEquals(List.of(now), jdbc.queryForList("select due_at from lookup_state", OffsetDateTime.class));
            assertEquals(now.toInstant(), store.dueRows().now());
            store.failed(due().get(0), Instant.now().plusSeconds(60), 1, "503 from inntekt");
            return now.plusSeconds(60);
        });
        Duration late = Duration.between(
                due.toInstant(), Objects.requireNonNull(store.dueRows().nextDue("inntekt", "self", "inntekt")));
        assertTrue(late.abs().toMillis() < 20, "of the transaction's time: " + late);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("A failed lookup is due later and keeps its tries")
    void failedIsDueLater(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 1, null, List.of(event(PERSON, 1)), List.of(), 0);
        Instant later = Instant.now().plusSeconds(60);
        store.failed(due().get(0), later, 1, "503 from inntekt");
        assertTrue(due().isEmpty());
        Duration late = Duration.between(later, store.dueRows().nextDue("inntekt", "self", "inntekt"));
        assertTrue(late.toMillis() >= 0 && late.toSeconds() < 5, "due " + late + " later");
        assertEquals(
                1,
                store.dueRows()
                        .due("inntekt", "self", "inntekt", later.plusSeconds(1), 10)
                        .get(0)
                        .attempts());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I6: a checkpoint that cannot be read is not taken for an absent one")
    void unreadableCheckpointIsAnError(TestDatabase database) {
        open(database);
        jdbc.update(
                "insert into checkpoint (service, organisation, sekvensnummer, updated_at) values ('inntekt', 'self', -2, current_timestamp)");
        assertThrows(StoreException.class, () -> store.checkpoint("inntekt", "self"));
        jdbc.execute("drop table checkpoint");
        StoreException gone = assertThrows(StoreException.class, () -> store.checkpoint("inntekt", "self"));
        assertFalse(gone.getMessage().contains("select"), "no statement in the message");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("Lookups come in event order, those that are due first")
    void dueInEventOrder(TestDatabase database) {
        open(database);
        List<PendingLookup> page = IntStream.rangeClosed(1, 50)
                .mapToObj(n -> event(String.format("018100%05d", 100 - n), n))
                .toList();
        store.commitPage("inntekt", "self", OptionalLong.empty(), 50, null, page, List.of(), 0);
        assertEquals(
                IntStream.rangeClosed(1, 50).mapToObj(n -> (long) n).toList(),
                due().stream().map(PendingLookup::firstSekvensnummer).toList());
    }

    private static Map<String, Object> upper(Map<String, Object> row) {
        Map<String, Object> result = new java.util.TreeMap<>();
        row.forEach((name, value) -> result.put(name.toUpperCase(java.util.Locale.ROOT), value));
        return result;
    }
}

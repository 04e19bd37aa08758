package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.Parked.Replay;
import no.delingsruter.store.Parked.Row;
import no.delingsruter.store.Parked.Selection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ParkedTest {
    private static final Selection ALL = new Selection(List.of(), null, null, null, null, null, false);

    @TempDir
    Path directory;

    private HikariDataSource dataSource;
    private Store store;
    private Parked parked;
    private PageCommitter replays;
    private JdbcTemplate jdbc;

    @AfterEach
    void close() {
        dataSource.close();
    }

    private void open(TestDatabase database) {
        dataSource = database.open(database.url(directory));
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        parked = new Parked(dataSource, transactions);
        replays = new PageCommitter(store, dataSource, transactions);
        jdbc = new JdbcTemplate(dataSource);
    }

    private static LookupKey key(int person) {
        return new LookupKey("inntekt", "self", "inntekt", "0181" + (1_000_000 + person), "2024-03", "", 0);
    }

    private void park(int person, long sekvensnummer, String kode, int attempts) {
        PendingLookup lookup = PendingLookup.of(key(person), sekvensnummer, false, "{}");
        if (due().stream().noneMatch(pending -> pending.key().equals(lookup.key()))) {
            store.add(List.of(lookup));
        }
        store.park(
                lookup,
                new ParkedEvent(
                        lookup.key(),
                        sekvensnummer,
                        false,
                        "{\"sekvensnummer\":" + sekvensnummer + "}",
                        400,
                        kode,
                        "id",
                        "400 " + kode,
                        attempts));
    }

    private void delivered(LookupKey key, long sekvensnummer) {
        PendingLookup lookup = PendingLookup.of(key, sekvensnummer, false, "{}");
        store.add(List.of(lookup));
        store.done(lookup, new PendingLookup.Delivered(1, "found", "x"), Done.DELIVERED);
    }

    private List<Row> rows(Selection selection) {
        List<Row> rows = new ArrayList<>();
        parked.each(selection, 1000, rows::add);
        return rows;
    }

    private List<PendingLookup> due() {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(1), 1000);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("Selected by id, service, organisation, kode and range of sekvensnummer")
    void selections(TestDatabase database) {
        open(database);
        for (int i = 1; i <= 10; i++) {
            park(i, i * 10L, i % 2 == 0 ? "IM-004" : "IM-006", 3);
        }
        assertEquals(10, parked.count(ALL));
        assertEquals(5, parked.count(new Selection(List.of(), null, null, "IM-004", null, null, false)));
        assertEquals(3, parked.count(new Selection(List.of(), null, null, null, 20L, 40L, false)));
        assertEquals(10, parked.count(new Selection(List.of(), "inntekt", "self", null, null, null, false)));
        assertEquals(0, parked.count(new Selection(List.of(), "inntekt", "310000001", null, null, null, false)));
        long id = rows(ALL).get(6).id();
        assertEquals(
                70,
                rows(new Selection(List.of(id), null, null, null, null, null, false))
                        .get(0)
                        .event()
                        .sekvensnummer());
        assertEquals(
                0,
                parked.count(new Selection(List.of(), "' or '1'='1", null, null, null, null, false)),
                "a value is never SQL");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: a replay is pending and due at once, without failed tries, and no longer parked")
    void replay(TestDatabase database) {
        open(database);
        for (int i = 1; i <= 1200; i++) {
            park(i, i, "IM-004", 3);
        }
        assertEquals(new Replay(1200, 0, List.of()), parked.replay(ALL));
        assertEquals(0, parked.count(ALL));
        assertEquals(1200, store.pending("inntekt", "self", "inntekt"));
        assertEquals(1, due().get(0).latestSekvensnummer());
        assertEquals(0, due().get(0).attempts());
        assertEquals("{\"sekvensnummer\":1}", due().get(0).hendelse());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I4, I5: a replay joins what is pending for its key, and does not make it older")
    void joinsWhatIsPending(TestDatabase database) {
        open(database);
        park(1, 10, "IM-004", 3);
        store.add(List.of(PendingLookup.of(key(1), 20, false, "{\"newer\":1}")));
        store.failed(due().get(0), Instant.now().plusSeconds(600), 2, "busy");
        assertEquals(new Replay(1, 0, List.of()), parked.replay(ALL));
        assertEquals(1, store.pending("inntekt", "self", "inntekt"));
        PendingLookup joined = due().get(0);
        assertEquals(20, joined.latestSekvensnummer());
        assertEquals("{\"newer\":1}", joined.hendelse());
        assertEquals(0, joined.attempts());
        assertEquals(2, joined.events());
        assertEquals(1, joined.revision(), "a lookup that is under way must not remove it");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I4: what a replay brings is not older than what has been delivered")
    void notOlderThanWhatWasDelivered(TestDatabase database) {
        open(database);
        park(1, 10, "IM-004", 3);
        delivered(key(1), 30);
        parked.replay(ALL);
        assertEquals(30, due().get(0).latestSekvensnummer());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2: an event that never came as far as a lookup stays parked until it has passed the route's steps again")
    void neverCameAsFarAsALookup(TestDatabase database) {
        open(database);
        park(1, 10, null, 0);
        park(2, 20, "IM-004", 1);
        assertEquals(new Replay(1, 1, List.of()), parked.replay(ALL));
        Row row = rows(ALL).get(0);
        assertNotNull(row.replayRequestedAt());
        assertEquals(1, parked.count(ALL));
        assertEquals(
                List.of(row.id()), replays.requested("inntekt", "self").get(0).ids());
        assertEquals(List.of(), replays.requested("inntekt", "310000001"));
        assertEquals(1, parked.discard(ALL, "no longer"));
        assertEquals(List.of(), replays.requested("inntekt", "self"), "discarded: no longer to be replayed");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I3: what a replayed event asks for is stored in the transaction that unparks it, once; without new events too")
    void replayedWithAPage(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 50, null, List.of(), List.of(), 0);
        park(1, 10, null, 0);
        parked.replay(ALL);
        Page first = pageWithReplays(50);
        Page second = pageWithReplays(50);
        first.add(key(1), first.replays().get(0).event());
        first.passed();
        second.add(key(1), second.replays().get(0).event());
        second.passed();
        assertTrue(replays.commit(first));
        assertEquals(0, parked.count(ALL));
        assertEquals(10, due().get(0).latestSekvensnummer());
        second.last(60);
        assertFalse(replays.commit(second), "somebody else has replayed it");
        assertEquals(1, due().get(0).events(), "and nothing of the second page is stored");
        assertEquals(50, store.checkpoint("inntekt", "self").orElse(0));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I4: an old event that is replayed neither overtakes what is pending for its key nor what was delivered")
    void replayedEventIsOld(TestDatabase database) {
        open(database);
        store.commitPage(
                "inntekt",
                "self",
                OptionalLong.empty(),
                50,
                null,
                List.of(PendingLookup.of(key(1), 40, false, "{\"newer\":1}")),
                List.of(),
                0);
        park(3, 10, null, 0);
        delivered(key(2), 30);
        parked.replay(ALL);
        Page page = pageWithReplays(50);
        page.add(key(1), page.replays().get(0).event());
        page.add(key(2), page.replays().get(0).event());
        page.passed();
        assertTrue(replays.commit(page));
        PendingLookup joined = due().stream()
                .filter(lookup -> lookup.key().equals(key(1)))
                .findFirst()
                .orElseThrow();
        assertEquals(40, joined.latestSekvensnummer());
        assertEquals("{\"newer\":1}", joined.hendelse());
        assertEquals(
                30,
                due().stream()
                        .filter(lookup -> lookup.key().equals(key(2)))
                        .findFirst()
                        .orElseThrow()
                        .latestSekvensnummer());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I5: an event that was unusable for one lookup asks for that one alone when it is replayed, and is parked anew when it fails again")
    void replayedForOneLookup(TestDatabase database) {
        open(database);
        store.commitPage("inntekt", "self", OptionalLong.empty(), 50, null, List.of(), List.of(), 0);
        park(1, 10, null, 0);
        parked.replay(ALL);
        LookupKey other = new LookupKey("inntekt", "self", "another", key(1).identifikator(), "", "", 0);
        Page page = pageWithReplays(50);
        page.add(other, page.replays().get(0).event());
        page.park("another", "was never parked for that");
        page.park("inntekt", "the event has no gjelderPeriode");
        page.passed();
        assertTrue(replays.commit(page));
        assertEquals(0, store.pending("inntekt", "self", "inntekt"));
        Row row = rows(ALL).get(0);
        assertEquals("the event has no gjelderPeriode", row.event().reason());
        assertNull(row.replayRequestedAt());
        assertEquals(1, parked.count(ALL));
    }

    private Page pageWithReplays(long checkpoint) {
        Page page = new Page("inntekt", "self", OptionalLong.of(checkpoint));
        page.pass(replays.requested("inntekt", "self"), List.of());
        return page;
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("A discarded event is kept with when and why, counts no longer, and can be replayed when that is said")
    void discard(TestDatabase database) {
        open(database);
        park(1, 10, "IM-004", 3);
        park(2, 20, "IM-004", 3);
        assertEquals(1, parked.discard(new Selection(List.of(), null, null, null, 20L, null, false), "not ours"));
        assertEquals(
                0,
                parked.discard(new Selection(List.of(), null, null, null, 20L, null, true), "again"),
                "the first reason stays");
        assertEquals(1, parked.count(ALL));
        Selection discarded = new Selection(List.of(), null, null, null, 20L, null, true);
        Row row = rows(discarded).get(0);
        assertNotNull(row.discardedAt());
        assertEquals("not ours", row.discardedBecause());
        assertEquals(new Replay(1, 0, List.of()), parked.replay(ALL));
        assertEquals(1, store.pending("inntekt", "self", "inntekt"));
        assertEquals(new Replay(1, 0, List.of()), parked.replay(discarded));
        assertEquals(2, store.pending("inntekt", "self", "inntekt"));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: replays while events of the same keys arrive lose neither")
    void whileEventsArrive(TestDatabase database) throws Exception {
        open(database);
        for (int i = 1; i <= 300; i++) {
            park(i, i, "IM-004", 3);
        }
        CountDownLatch together = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Replay> first = threads.submit(() -> {
                together.await();
                return parked.replay(ALL);
            });
            Future<Replay> second = threads.submit(() -> {
                together.await();
                return parked.replay(ALL);
            });
            together.countDown();
            for (int i = 300; i >= 1; i--) {
                PendingLookup event = PendingLookup.of(key(i), 1000 + i, false, "{}");
                while (!added(event)) {
                    assertTrue(Thread.currentThread().isAlive());
                }
            }
            assertEquals(300, first.get().pending() + second.get().pending(), "each once");
        } finally {
            threads.shutdown();
        }
        assertEquals(0, parked.count(ALL));
        List<PendingLookup> pending = due();
        assertEquals(300, pending.size());
        for (PendingLookup lookup : pending) {
            assertTrue(lookup.latestSekvensnummer() > 1000, "the newest event of the key");
            assertEquals(2, lookup.events());
        }
        assertNull(jdbc.queryForObject("select max(discarded_at) from parked", Object.class));
    }

    /** As the reader of a list does it: what fails is done again. */
    private boolean added(PendingLookup event) {
        try {
            store.add(List.of(event));
            return true;
        } catch (StoreException e) {
            return false;
        }
    }
}

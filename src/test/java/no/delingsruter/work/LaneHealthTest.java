package no.delingsruter.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Answer;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("I7: a fault of one key never stops the others; a fault of all parks nothing")
class LaneHealthTest {
    private static final int BUSY_TRIES = 12;
    private static final int TRIES = 3;
    private static final Duration POLL = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Statistics statistics = new Statistics();
    private Instant now = Instant.now();
    private final Alerts alerts = new Alerts(() -> TimeUnit.MILLISECONDS.toNanos(now.toEpochMilli()));
    private HikariDataSource dataSource;
    private Store store;
    private LaneHealth health;
    private JdbcTemplate jdbc;

    @BeforeEach
    void open() {
        dataSource = TestDatabase.H2.open(TestDatabase.H2.url(directory));
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        store = new Store(dataSource, transactions);
        jdbc = new JdbcTemplate(dataSource);
        restart();
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    private void restart() {
        health = new LaneHealth(
                new PendingLookups(
                        store,
                        null,
                        null,
                        service -> List.of("self"),
                        service -> Set.of(),
                        service -> POLL,
                        TRIES,
                        BUSY_TRIES,
                        10,
                        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10)),
                        statistics,
                        alerts,
                        new PageNotifier(),
                        null,
                        null,
                        Leases.ALONE,
                        new LaneStates(new LaneStateTable(dataSource)),
                        new LaterWork()),
                () -> now,
                "inntekt",
                "inntekt",
                "self");
    }

    private static LookupKey key(int person, int month) {
        return new LookupKey(
                "inntekt", "self", "inntekt", "0181" + (1_000_000 + person), String.format("2024-%02d", month), "", 0);
    }

    private void pend(LookupKey... keys) {
        store.add(List.of(keys).stream()
                .map(key -> PendingLookup.of(key, 1, false, "{}"))
                .toList());
    }

    /**
     * Every pending lookup is tried once, whenever it is due.
     *
     * @return how many were tried
     */
    private int round(Kind kind) {
        return round(kind, 500);
    }

    private int round(Kind kind, int status) {
        List<PendingLookup> pending =
                store.dueRows().due("inntekt", "self", "inntekt", now.plus(Duration.ofDays(1)), 1000);
        pending.forEach(lookup -> health.failed(
                lookup,
                new CallFailedException(kind, status + " from inntekt", new Answer(status, null, "id"), null),
                ""));
        return pending.size();
    }

    private int parked() {
        return jdbc.queryForObject("select count(*) from parked", Integer.class);
    }

    private void listIsRead() {
        statistics.of("inntekt", "self").polled = System.nanoTime();
    }

    private void listIsNotRead() {
        statistics.of("inntekt", "self").polled =
                System.nanoTime() - Duration.ofMinutes(10).toNanos();
    }

    @ParameterizedTest
    @CsvSource({"503, 8, false", "429, 8, false", "503, 12, true", "429, 12, true", "500, 5, true"})
    @DisplayName("Calls refused while the first that were taken are still open are no fault of all; many in a row are")
    void refusedWhileOthersAreOpen(int status, int failures, boolean paused) {
        pend(IntStream.rangeClosed(1, failures).mapToObj(i -> key(i, 1)).toArray(LookupKey[]::new));
        round(Kind.BUSY, status);
        assertEquals(paused, health.pausedUntil().isAfter(now));
    }

    @ParameterizedTest
    @CsvSource({"429, 187, 313", "503, 750, 1250", "500, 750, 1250"})
    @DisplayName("A lookup that was refused for the API's limit alone is the first to be made again, not the last")
    void tooSoon(int status, long least, long most) {
        pend(key(1, 1));
        health.succeeded();
        Instant before = store.dueRows().now();
        now = Instant.now();
        round(Kind.BUSY, status);
        Instant due = store.dueRows().dueAt(key(1, 1));
        // The pause ends when it would by the clock that it began by
        assertTrue(due.isAfter(before.plusMillis(least - 100)), "due " + Duration.between(before, due));
        assertTrue(due.isBefore(before.plusMillis(most + 100)), "due " + Duration.between(before, due));
    }

    @Test
    @DisplayName("While others succeed, a lookup that fails is parked after lookup.busy-tries")
    void othersSucceed() {
        pend(key(1, 1));
        for (int i = 0; i < BUSY_TRIES; i++) {
            assertEquals(0, parked());
            health.succeeded();
            round(Kind.BUSY);
        }
        assertEquals(1, parked());
        assertFalse(health.pausedUntil().isAfter(now));
    }

    @Test
    @DisplayName(
            "With nothing else to try, a lookup that fails is parked after three times as many, and stops nobody meanwhile")
    void alone() {
        health.succeeded();
        pend(key(1, 1));
        for (int i = 0; i < 3 * BUSY_TRIES; i++) {
            assertEquals(0, parked(), "try " + i);
            listIsRead();
            round(Kind.BUSY);
            assertFalse(health.pausedUntil().isAfter(now), "nobody waits for it");
            assertEquals(10, health.workers());
            assertEquals(
                    i >= 4 && i < 3 * BUSY_TRIES - 1,
                    alerts.open().containsKey("A lookup of inntekt"),
                    "and it is said");
        }
        assertEquals(1, parked());
        assertTrue(alerts.open().isEmpty(), "over, when it is parked");
    }

    @Test
    @DisplayName("... but not while the event list cannot be read either, however long that takes")
    void aloneWhileTheListCannotBeRead() {
        pend(key(1, 1), key(2, 1));
        for (int i = 0; i < 10 * BUSY_TRIES; i++) {
            listIsNotRead();
            assertEquals(2, round(Kind.BUSY));
        }
        assertEquals(0, parked());
        listIsRead();
        round(Kind.BUSY);
        assertEquals(0, parked(), "nor at once when it can be read again");
    }

    @Test
    @DisplayName("... and not sooner because the job was started anew in the middle of it")
    void aloneOverARestart() {
        pend(key(1, 1));
        for (int i = 0; i < 3 * BUSY_TRIES - 1; i++) {
            listIsRead();
            restart();
            round(Kind.BUSY);
        }
        assertEquals(0, parked());
    }

    @Test
    @DisplayName("All lookups of one person fail: a year's twelve months are a fault of that person's, busy or refused")
    void oneOfManyMonths() {
        pend(IntStream.rangeClosed(1, 12).mapToObj(month -> key(1, month)).toArray(LookupKey[]::new));
        for (int i = 0; i < TRIES; i++) {
            assertEquals(12, round(Kind.REFUSED));
        }
        assertEquals(12, parked());
        assertFalse(health.pausedUntil().isAfter(now), "refused for one is not refused for all");
        pend(IntStream.rangeClosed(1, 12).mapToObj(month -> key(2, month)).toArray(LookupKey[]::new));
        for (int i = 0; i < 3 * BUSY_TRIES; i++) {
            listIsRead();
            assertEquals(12, round(Kind.BUSY));
        }
        assertEquals(24, parked());
    }

    @Test
    @DisplayName(
            "Many fail, for hours: nothing is parked, although the event list can be read; the lane pauses and tries one at a time")
    void outageOfAll() {
        health.succeeded();
        pend(IntStream.rangeClosed(1, 40).mapToObj(person -> key(person, 1)).toArray(LookupKey[]::new));
        for (int i = 0; i < 5 * BUSY_TRIES; i++) {
            listIsRead();
            assertEquals(40, round(Kind.BUSY));
        }
        assertEquals(0, parked());
        assertTrue(health.pausedUntil().isAfter(now));
        assertEquals(1, health.workers());
        assertEquals(
                0,
                jdbc.queryForObject("select count(*) from pending_lookup where attempts > 1", Integer.class),
                "no tries of their own");
        now = health.pausedUntil();
        health.succeeded();
        assertEquals(10, health.workers());
        assertTrue(alerts.open().isEmpty());
    }

    @Test
    @DisplayName("A success of what was under way when the pause began does not end the trouble")
    void underWay() {
        health.succeeded();
        pend(IntStream.rangeClosed(1, 5).mapToObj(person -> key(person, 1)).toArray(LookupKey[]::new));
        round(Kind.BUSY);
        assertTrue(health.pausedUntil().isAfter(now));
        health.succeeded();
        assertFalse(alerts.open().isEmpty());
        assertEquals(1, health.workers(), "one tries after the pause");
        now = health.pausedUntil();
        health.succeeded();
        assertTrue(alerts.open().isEmpty());
    }

    @Test
    @DisplayName("All are refused: nothing is parked, and the lane tries again at the poll interval")
    void allRefused() {
        pend(IntStream.rangeClosed(1, 40).mapToObj(person -> key(person, 1)).toArray(LookupKey[]::new));
        for (int i = 0; i < 5 * TRIES; i++) {
            assertEquals(40, round(Kind.REFUSED));
        }
        assertEquals(0, parked());
        assertTrue(health.pausedUntil().isAfter(now.plusSeconds(50)));
        assertTrue(alerts.standstill());
    }

    @Test
    @DisplayName(
            "Bad keys that come one after the other on a quiet list are each parked: what is parked no longer counts as failing")
    void oneAfterTheOther() {
        for (int person = 1; person <= 10; person++) {
            pend(key(person, 1));
            for (int i = 0; i < 3 * BUSY_TRIES; i++) {
                listIsRead();
                round(person % 2 == 0 ? Kind.BUSY : Kind.REFUSED);
            }
            assertEquals(person, parked());
        }
    }

    @Test
    @DisplayName("I16: all fail for a minute: slower at first, then a standstill, until one succeeds")
    void allFailForLong() {
        pend(IntStream.rangeClosed(1, 40).mapToObj(person -> key(person, 1)).toArray(LookupKey[]::new));
        round(Kind.BUSY);
        assertFalse(alerts.open().isEmpty());
        now = now.plusSeconds(40);
        round(Kind.BUSY);
        assertFalse(alerts.standstill());
        now = now.plusSeconds(40);
        round(Kind.BUSY);
        assertTrue(alerts.standstill());
        now = now.plusSeconds(40);
        health.succeeded();
        assertFalse(alerts.standstill());
        round(Kind.BUSY);
        assertFalse(alerts.standstill(), "another one, that has just begun");
    }

    @Test
    @DisplayName(
            "I16: several kinds of fault on different keys, twice a second for ten minutes: a line a minute at most, with counts, and no coming and going")
    void mixed() throws Exception {
        List<String> kinds = List.of(
                "503 from inntekt",
                "500 from inntekt",
                "404 from inntekt",
                "no whole answer (SocketTimeoutException)",
                "200 from inntekt, but the answer is not whole JSON");
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            for (int half = 0; half < 1200; half++) {
                LookupKey key = key(half % 7, 1 + half % 5);
                pend(key);
                PendingLookup lookup = store.dueRows()
                        .due("inntekt", "self", "inntekt", now.plus(Duration.ofDays(1)), 1000)
                        .get(0);
                String why = kinds.get(half % kinds.size());
                for (int i = 0; i < 5; i++) {
                    health.failed(
                            lookup, new CallFailedException(Kind.BUSY, why, new Answer(500, null, "id"), null), "");
                }
                now = now.plusMillis(400);
                health.succeeded();
                now = now.plusMillis(100);
                if (half % 20 == 7) {
                    alerts.sayHeldBack();
                }
            }
            now = now.plusSeconds(60);
            alerts.sayHeldBack();
            List<String> said = log.lines().stream()
                    .filter(line -> line.contains("inntekt: "))
                    .toList();
            assertTrue(said.size() <= 2 * 12, String.join("\n", said));
            assertTrue(
                    said.stream().filter(line -> line.contains("works again")).count() <= 4, String.join("\n", said));
            assertTrue(said.stream().anyMatch(line -> line.contains(" more since the last line)")), said::toString);
            assertEquals(Map.of(), alerts.open());
        }
    }

    @Test
    @DisplayName("A failed delivery counts like a failed call")
    void delivery() {
        pend(key(1, 1));
        for (int i = 0; i < 3 * BUSY_TRIES; i++) {
            listIsRead();
            health.failed(
                    store.dueRows()
                            .due("inntekt", "self", "inntekt", now.plus(Duration.ofDays(1)), 1)
                            .get(0),
                    new IllegalStateException("01810012345"),
                    "x:1, route y");
        }
        assertEquals(
                "delivery failed at x:1, route y: *** (IllegalStateException)",
                jdbc.queryForObject("select reason from parked", String.class));
    }
}

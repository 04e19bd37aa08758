package no.delingsruter.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.store.LeaseTable.Held;
import no.delingsruter.store.LeaseTable.Taken;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.work.LeaseKeeper;
import no.delingsruter.work.LeaseTimes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class LeaseTableTest {
    private static final UnitId UNIT = new UnitId("inntekt", "self");
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private String url;
    private HikariDataSource pool;
    private JdbcTemplate jdbc;
    private LeaseTable one;
    private LeaseTable other;

    @BeforeEach
    void open() {
        url = TestDatabase.POSTGRESQL.url(directory);
        pool = TestDatabase.POSTGRESQL.open(url);
        jdbc = new JdbcTemplate(pool);
        one = instance("one", "plan");
        other = instance("other", "plan");
        one.register(List.of(UNIT));
        one.renew(List.of(), BOUND);
        other.renew(List.of(), BOUND);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        pool.close();
    }

    private LeaseTable instance(String name, String plan) {
        return new LeaseTable(
                LeaseTable.at(url, "postgres", () -> "postgres", Duration.ofSeconds(10)), name, "1", plan, TTL);
    }

    private static Taken take(LeaseTable by) {
        List<Taken> taken = by.take(List.of(UNIT), 1, Duration.ZERO, BOUND);
        return taken.isEmpty() ? null : taken.get(0);
    }

    private static Set<UnitId> renew(LeaseTable by, long epoch) {
        return renew(by, epoch, BOUND, Duration.ZERO);
    }

    private static Set<UnitId> renew(LeaseTable by, long epoch, Duration bound, Duration quiet) {
        return by.renew(List.of(new Held(UNIT, epoch, "RUNNING", 3, quiet)), bound);
    }

    private void expire() {
        jdbc.update("update lane set until = clock_timestamp() - interval '1 s',"
                + " quiet_from = clock_timestamp() - interval '1 s' + interval '30 s'");
    }

    @Test
    @DisplayName(
            "I11: a lease that was lost is taken with a new epoch, and its successor waits for the calls that may be open")
    void takeOver() {
        Taken first = take(one);
        assertEquals(Duration.ZERO, first.quiet());
        assertNull(take(other), "while it lasts");
        assertEquals(Set.of(UNIT), renew(one, first.epoch()));
        expire();
        Taken second = take(other);
        assertEquals(first.epoch() + 1, second.epoch());
        assertEquals("one", second.lost());
        assertEquals(3, second.underWay());
        assertTrue(second.quiet().toSeconds() >= 28 && second.quiet().toSeconds() <= 30, second.toString());
        assertEquals(Set.of(), renew(one, first.epoch()));
        assertFalse(one.release(UNIT, first.epoch(), Duration.ZERO), "it is not its own any more");
    }

    @Test
    @DisplayName("I11: a lease that was handed over is taken at once, with a new epoch")
    void handOver() {
        Taken first = take(one);
        assertTrue(one.release(UNIT, first.epoch(), Duration.ZERO));
        Taken second = take(other);
        assertEquals(first.epoch() + 1, second.epoch());
        assertEquals(Duration.ZERO, second.quiet());
        assertNull(second.lost());
    }

    @Test
    @DisplayName("I11: one that is handed over before its first call passes on what is left of the wait")
    void handOverWhileQuiet() {
        take(one);
        expire();
        Taken second = take(other);
        other.release(UNIT, second.epoch(), second.quiet());
        Taken third = take(one);
        assertTrue(third.quiet().toSeconds() >= 28, third.toString());
    }

    @Test
    @DisplayName(
            "I11: what a successor waits for follows what the owner knows of its calls, and never falls short of what it waits for itself")
    void shorterBound() {
        long epoch = take(one).epoch();
        renew(one, epoch, Duration.ofSeconds(2), Duration.ZERO);
        assertEquals(2, waits());
        renew(one, epoch, Duration.ofSeconds(2), TTL.plusSeconds(9));
        assertEquals(9, waits());
    }

    /** Seconds after the lease's end. */
    private int waits() {
        return jdbc.queryForObject("select round(extract(epoch from quiet_from - until)) from lane", Integer.class);
    }

    @Test
    @DisplayName("I11: the sessions of a lost instance are ended, but not those that a pooler lends to others, too")
    void evicted() {
        take(one);
        expire();
        jdbc.update("update instance set until = clock_timestamp() where name = 'one'");
        try (HikariDataSource its = TestDatabase.POSTGRESQL.open(url + "?ApplicationName=delingsruter%20one");
                LeaseTable lent = new LeaseTable(
                        LeaseTable.at(
                                url + "?prepareThreshold=0", "postgres", () -> "postgres", Duration.ofSeconds(10)),
                        "lent",
                        "1",
                        "plan",
                        TTL)) {
            new JdbcTemplate(its).queryForObject("select 1", Integer.class);
            long open = sessions();
            assertTrue(open > 0);
            lent.evict();
            assertEquals(open, sessions());
            other.evict();
            await().until(() -> sessions() == 0);
        }
    }

    private long sessions() {
        return jdbc.queryForObject(
                "select count(*) from pg_stat_activity where datname = current_database()"
                        + " and application_name = 'delingsruter one'",
                Long.class);
    }

    @Test
    @DisplayName("I11: an instance with other units takes nothing while an older one lives")
    void otherPlan() {
        try (LeaseTable third = instance("third", "another plan")) {
            third.renew(List.of(), BOUND);
            assertNull(take(third));
            jdbc.update("update instance set until = clock_timestamp() where name <> 'third'");
            assertEquals(1, take(third).epoch());
        }
    }

    @Test
    @DisplayName("I11: nothing that was begun under an older epoch is written: no page, result, failure or parking")
    void fenced() {
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        long[] epoch = {take(one).epoch()};
        Store store = new Store(
                pool, transactions, Fence.of((service, organisation) -> new Fence.Lane(UNIT.unit(), epoch[0])));
        LookupKey key = new LookupKey("inntekt", "self", "inntekt", "01810012345", "2024-01", "", 0);
        assertTrue(store.commitPage(
                "inntekt",
                "self",
                OptionalLong.empty(),
                1,
                null,
                List.of(PendingLookup.of(key, 1, false, "{}")),
                List.of(),
                epoch[0]));
        PendingLookup read = store.dueRows()
                .due("inntekt", "self", "inntekt", Instant.now(), 1)
                .get(0);
        expire();
        long newer = take(other).epoch();
        String before = state();
        assertFalse(store.commitPage("inntekt", "self", OptionalLong.of(1), 2, null, List.of(), List.of(), epoch[0]));
        org.junit.jupiter.api.Assertions.assertThrows(
                Store.RemovedException.class,
                () -> transactions.execute(status -> {
                    store.done(
                            read, new PendingLookup.Delivered(1, "found", "x"), no.delingsruter.model.Done.DELIVERED);
                    return null;
                }));
        store.failed(read, Instant.now(), 7, "failed");
        store.park(read, new ParkedEvent(key, 1, false, "{}", 400, "X", "id", "reason", 1));
        store.drop(read);
        assertEquals(before, state());
        epoch[0] = newer;
        PendingLookup again = store.dueRows()
                .due("inntekt", "self", "inntekt", Instant.now(), 1)
                .get(0);
        transactions.execute(status -> {
            store.done(again, new PendingLookup.Delivered(1, "found", "x"), no.delingsruter.model.Done.DELIVERED);
            return null;
        });
        assertEquals(0, store.pending("inntekt", "self", "inntekt"));
    }

    private String state() {
        return jdbc.queryForList("select * from lookup_state").toString()
                + jdbc.queryForList("select * from checkpoint")
                + jdbc.queryForList("select * from parked")
                + jdbc.queryForList("select * from books order by account");
    }

    @Test
    @DisplayName("I11: a lease is not taken between the check of its epoch and the commit; renewals pass meanwhile")
    void locked() {
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        long epoch = take(one).epoch();
        Store store =
                new Store(pool, transactions, Fence.of((service, organisation) -> new Fence.Lane("inntekt", epoch)));
        transactions.execute(status -> {
            assertTrue(store.commitPage("inntekt", "self", OptionalLong.empty(), 1, null, List.of(), List.of(), epoch));
            assertEquals(Set.of(UNIT), renew(one, epoch));
            try (HikariDataSource outside = TestDatabase.POSTGRESQL.open(url)) {
                new JdbcTemplate(outside).update("update lane set until = clock_timestamp() - interval '1 s'");
            }
            assertNull(take(other), "its row is locked");
            return null;
        });
        assertEquals(epoch + 1, take(other).epoch());
    }

    @Test
    @DisplayName("I16, null control: the keeping of leases stands still at a latch that no code knows of, and is found")
    void latchedKeeper() {
        Alerts alerts = new Alerts();
        LatchedActivity latch = new LatchedActivity();
        LeaseTable.Connections connections = LeaseTable.at(url, "postgres", () -> "postgres", Duration.ofSeconds(10));
        LeaseTimes times = new LeaseTimes(Duration.ofSeconds(6));
        LeaseKeeper keeper = new LeaseKeeper(
                new LeaseTable(
                        new LeaseTable.Connections() {
                            @Override
                            public Connection open() throws SQLException {
                                latch.stand();
                                return connections.open();
                            }

                            @Override
                            public boolean areLent() {
                                return connections.areLent();
                            }
                        },
                        "latched",
                        "1",
                        "plan",
                        times.ttl()),
                times,
                unit -> unit,
                unit -> unit,
                () -> BOUND,
                alerts);
        keeper.wanted("inntekt", "self");
        latch.isFound(alerts, "Leases", keeper::start);
        keeper.close();
    }
}

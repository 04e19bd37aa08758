package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.LeaseTable.Held;
import no.delingsruter.store.LeaseTable.Taken;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.work.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Instances that take, renew, let expire, hand over and write in random order, on a real PostgreSQL, beside a model of what must come of
 * it. Each order is that of a seed, which a failure names.
 */
class LeasePropertiesTest {
    private static final int ACTORS = 4;
    private static final int STEPS = 60;
    private static final int SEEDS = 40;
    private static final String SERVICE = "inntekt";
    private static final String UNIT = "inntekt";
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private HikariDataSource pool;
    private JdbcTemplate jdbc;
    private TransactionTemplate transactions;
    private final List<LeaseTable> tables = new ArrayList<>();

    @BeforeEach
    void open() {
        String url = TestDatabase.POSTGRESQL.url(directory);
        pool = TestDatabase.POSTGRESQL.open(url);
        jdbc = new JdbcTemplate(pool);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        for (int actor = 0; actor < ACTORS; actor++) {
            tables.add(new LeaseTable(
                    LeaseTable.at(url, "postgres", () -> "postgres", Duration.ofSeconds(10)),
                    "actor" + actor,
                    "1",
                    "p",
                    TTL));
        }
    }

    @AfterEach
    void close() {
        tables.forEach(LeaseTable::close);
        pool.close();
    }

    @Test
    @DisplayName(
            "I11: whatever the order, no two own a unit, epochs only rise, and no write under an old epoch is ever visible")
    void anyOrder() {
        everySeed(true);
    }

    @Test
    @DisplayName("Null control: an epoch that begins anew at a hand-over is noticed")
    void epochBeginsAnew() {
        jdbc.execute("create function sabotage() returns trigger language plpgsql as"
                + " $$ begin if new.owner is null then new.epoch := 0; end if; return new; end $$");
        jdbc.execute("create trigger sabotage before update on lane for each row execute function sabotage()");
        noticed(true, "the epoch is ");
    }

    @Test
    @DisplayName("Null control: writes without the epoch are noticed")
    void withoutEpoch() {
        noticed(false, "under an old epoch");
    }

    private void noticed(boolean fenced, String as) {
        String said =
                assertThrows(AssertionError.class, () -> everySeed(fenced)).getMessage();
        assertTrue(said.contains(as), said);
    }

    private void everySeed(boolean fenced) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed, fenced);
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
        }
    }

    /** One organisation's unit, and what must be true of it. */
    private final class Run {
        private final String seed;
        private final Random random;
        private final UnitId id;
        private final List<Store> stores = new ArrayList<>();
        private final long[] epochs = new long[ACTORS];
        private long current;
        /** None when it is free or was handed over. */
        private int owner = -1;

        private boolean expired = true;
        private long sequence;

        Run(int seed, boolean fenced) {
            this.seed = "seed " + seed;
            this.random = new Random(seed);
            this.id = new UnitId(UNIT, "org" + seed);
            Arrays.fill(epochs, Lease.NONE);
            for (int i = 0; i < ACTORS; i++) {
                int actor = i;
                stores.add(
                        fenced
                                ? new Store(
                                        pool,
                                        transactions,
                                        Fence.of((service, organisation) -> new Fence.Lane(UNIT, epochs[actor])))
                                : new Store(pool, transactions));
            }
            tables.get(0).register(List.of(id));
            LookupKey key = new LookupKey(SERVICE, id.organisation(), SERVICE, "01810012345", "2024-01", "", 0);
            new Store(pool, transactions)
                    .commitPage(
                            SERVICE,
                            id.organisation(),
                            OptionalLong.empty(),
                            ++sequence,
                            null,
                            List.of(PendingLookup.of(key, 1, false, "{}")),
                            List.of(),
                            0);
        }

        void step() {
            int actor = random.nextInt(ACTORS);
            switch (random.nextInt(7)) {
                case 0 -> take(actor);
                case 1 -> renew(actor);
                case 2 -> expire();
                case 3 -> release(actor);
                case 4 -> writePage(actor);
                case 5 -> fail(actor);
                default -> park(actor);
            }
            assertTrue(
                    jdbc.queryForObject(
                                    "select count(*) from lane where unit = ? and organisation = ? and epoch = ?",
                                    Integer.class,
                                    UNIT,
                                    id.organisation(),
                                    current)
                            == 1,
                    seed + ": the epoch is " + current);
        }

        private void take(int actor) {
            List<Taken> taken = tables.get(actor).take(List.of(id), 1, Duration.ZERO, BOUND);
            assertEquals(expired, !taken.isEmpty(), seed + ": taken while it is another's, or not taken");
            if (!taken.isEmpty()) {
                assertTrue(taken.get(0).epoch() > current, seed + ": an epoch that does not rise");
                current = taken.get(0).epoch();
                epochs[actor] = current;
                owner = actor;
                expired = false;
            }
        }

        private boolean owns(int actor) {
            return owner == actor && epochs[actor] == current;
        }

        private void renew(int actor) {
            Set<UnitId> kept =
                    tables.get(actor).renew(List.of(new Held(id, epochs[actor], "RUNNING", 1, Duration.ZERO)), BOUND);
            assertEquals(owns(actor), kept.contains(id), seed + ": renewed by who does not own it, or not renewed");
            if (owns(actor)) {
                expired = false;
            }
        }

        private void expire() {
            jdbc.update(
                    "update lane set until = clock_timestamp() - interval '1 s' where organisation = ?",
                    id.organisation());
            expired = true;
        }

        private void release(int actor) {
            boolean released = tables.get(actor).release(id, epochs[actor], Duration.ZERO);
            assertEquals(owns(actor), released, seed + ": handed over by who does not own it, or not handed over");
            if (released) {
                owner = -1;
                expired = true;
            }
        }

        private void writePage(int actor) {
            long before = checkpoint();
            long next = before + 1;
            boolean written = stores.get(actor)
                    .commitPage(
                            SERVICE,
                            id.organisation(),
                            OptionalLong.of(before),
                            next,
                            null,
                            List.of(),
                            List.of(),
                            epochs[actor]);
            boolean may = epochs[actor] == current && current > 0;
            assertEquals(may, written, seed + ": a page under an old epoch, or none under the newest");
            assertEquals(may ? next : before, checkpoint(), seed + ": the checkpoint");
        }

        private long checkpoint() {
            return jdbc.queryForObject(
                    "select sekvensnummer from checkpoint where service = ? and organisation = ?",
                    Long.class,
                    SERVICE,
                    id.organisation());
        }

        private void fail(int actor) {
            for (PendingLookup read : stores.get(actor)
                    .dueRows()
                    .due(SERVICE, id.organisation(), SERVICE, Instant.now().plusSeconds(5), 1)) {
                String before = rows();
                stores.get(actor).failed(read, Instant.now(), (int) ++sequence, "failed");
                assertEquals(epochs[actor] != current, before.equals(rows()), seed + ": a failure under an old epoch");
            }
        }

        private void park(int actor) {
            for (PendingLookup read : stores.get(actor)
                    .dueRows()
                    .due(SERVICE, id.organisation(), SERVICE, Instant.now().plusSeconds(5), 1)) {
                String before = rows();
                stores.get(actor).park(read, new ParkedEvent(read.key(), 1, false, "{}", 400, "X", "id", "reason", 1));
                assertEquals(epochs[actor] != current, before.equals(rows()), seed + ": parked under an old epoch");
                // By an operator, who needs no lease
                new Parked(pool, transactions)
                        .replay(new Parked.Selection(List.of(), null, id.organisation(), null, null, null, false));
            }
        }

        private String rows() {
            return jdbc.queryForList("select * from lookup_state where organisation = ?", id.organisation())
                    + " "
                    + jdbc.queryForList("select * from parked where organisation = ?", id.organisation());
        }
    }
}

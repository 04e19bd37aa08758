package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class OperationKeeperTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I16, null control: what carries out operations stands still at a latch that no code knows of; it is found, and said once")
    void latched() throws Exception {
        Alerts alerts = new Alerts();
        LatchedActivity latch = new LatchedActivity();
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                HikariDataSource pool = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
            LaneStateTable states = new LaneStateTable(new DelegatingDataSource(pool) {
                @Override
                public Connection getConnection() throws SQLException {
                    latch.stand();
                    return super.getConnection();
                }
            });
            Lanes lanes = new Lanes(List.of(), Set.of());
            try (OperationKeeper keeper = new OperationKeeper(
                    new Operations(new OperationTable(pool, transactions), List.of(), "one", new LaterWork(), alerts),
                    new LaneStates(states),
                    new StateChange(states, lanes),
                    lanes,
                    new Store(pool, transactions),
                    Leases.ALONE,
                    alerts)) {
                latch.isFound(alerts, "Operations", keeper::start);
            }
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("Stalled: Operations: has work and has not got on"))
                            .count(),
                    String.join("\n", log.lines()));
        }
    }

    private record Kind(String name, Runnable work) implements OperationKind.Stepwise {
        @Override
        public Set<String> names() {
            return Set.of(name);
        }

        @Override
        public void check(Operation operation) {}

        @Override
        public void step(Operation operation) {
            work.run();
        }
    }

    @Test
    @DisplayName(
            "I14, I16: an operation that the store keeps refusing is said once, with its cause; the next one and what drains go on")
    void oneFails() throws Exception {
        Alerts alerts = new Alerts();
        AtomicInteger steps = new AtomicInteger();
        AtomicBoolean refused = new AtomicBoolean(true);
        Scope lane = new Scope("inntekt", "self", "inntekt");
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                HikariDataSource pool = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
            LaneStateTable table = new LaneStateTable(pool);
            Lanes lanes = new Lanes(List.of(lane), Set.of());
            LaneStates states = new LaneStates(table);
            StateChange changes = new StateChange(table, lanes);
            Operations operations = new Operations(
                    new OperationTable(pool, transactions),
                    List.of(
                            changes,
                            new Kind("bad", () -> {
                                if (refused.get()) {
                                    throw new StoreException(
                                            "The keys cannot be read", new SQLException("no such row", "22001"));
                                }
                            }),
                            new Kind("good", steps::incrementAndGet)),
                    "one",
                    new LaterWork(),
                    alerts);
            for (String kind : List.of("bad", "good", "drain")) {
                operations.ask(Operation.of(kind, new Scope("inntekt", "", ""), Map.of(), "me", "why"));
            }
            try (OperationKeeper keeper = new OperationKeeper(
                    operations, states, changes, lanes, new Store(pool, transactions), Leases.ALONE, alerts)) {
                keeper.start();
                await().until(() -> steps.get() > 5);
                await().until(() -> states.of("inntekt", "self", "inntekt") == LaneState.STOPPED);
                await().until(() -> alerts.open()
                        .getOrDefault("Operation 1", "")
                        .equals("cannot go on, tried again: The keys cannot be read: SQL state 22001"));
                refused.set(false);
                await().until(() -> alerts.open().isEmpty());
            }
            assertEquals(
                    1,
                    log.lines().stream().filter(line -> line.contains("22001")).count(),
                    String.join("\n", log.lines()));
        }
    }
}

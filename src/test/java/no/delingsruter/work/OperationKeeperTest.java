package no.delingsruter.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.Store;
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
                    new Operations(new OperationTable(pool, transactions), List.of(), "one", new LaterWork()),
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
}

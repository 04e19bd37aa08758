package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.HeldResults;
import no.delingsruter.store.OperationKeys;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class RedeliveryTest {
    private static final String ONE = "01810000001";
    private static final String OTHER = "01810000002";

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I4: what is delivered again is never older than what the lane has delivered meanwhile")
    void newerMeanwhile(TestDatabase database) {
        List<String> received = new CopyOnWriteArrayList<>();
        try (HikariDataSource pool = database.open(database.url(directory))) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
            for (String person : List.of(ONE, OTHER)) {
                jdbc.update(
                        "insert into result (service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer,"
                                + " version, outcome, change, incomplete, payload, payload_hash, fetched_at) values ('inntekt', 'self',"
                                + " 'inntekt', ?, '2024', '', 7, 1, 'found', 'new', false, '{}', 'x', current_timestamp)",
                        person);
            }
            OperationTable table = new OperationTable(pool, transactions);
            Redelivery redelivery = new Redelivery(
                    table,
                    new OperationKeys(pool),
                    new HeldResults(pool, true),
                    new Lanes(List.of(new Scope("inntekt", "self", "inntekt")), Set.of()),
                    Leases.ALONE,
                    List.of("direct:file"),
                    new Alerts(),
                    work -> transactions.execute(status -> work.get()));
            redelivery.to((result, endpoint) -> {
                if (received.isEmpty()) {
                    // As the lane does while this one is being delivered
                    for (String person : List.of(ONE, OTHER)) {
                        jdbc.update("update result set version = 2 where identifikator = ?", person);
                        received.add(person + " 2");
                    }
                }
                received.add(result.key().identifikator() + " " + result.version());
            });
            long id = table.add(Operation.of("deliver-again", Scope.ALL, Map.of(), "me", null));
            table.move(id, State.REQUESTED, State.RUNNING, "one");
            redelivery.step(table.find(id).orElseThrow());
            await().until(() -> table.find(id).orElseThrow().state() == State.DONE);
        }
        for (String person : List.of(ONE, OTHER)) {
            assertEquals(
                    person + " 2",
                    received.stream()
                            .filter(one -> one.startsWith(person))
                            .reduce((before, last) -> last)
                            .orElse(""),
                    received.toString());
        }
    }
}

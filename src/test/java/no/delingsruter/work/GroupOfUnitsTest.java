package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.Ending;
import no.delingsruter.store.Fence;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class GroupOfUnitsTest {
    private static final List<String> ORGANISATIONS = List.of("first", "kept", "lost", "kept as well");
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final Map<String, Optional<Throwable>> ended = new ConcurrentHashMap<>();

    @Test
    @DisplayName(
            "I11: of results of several units in one group, those of a unit whose lease is lost are not written, all others are")
    void oneLeaseLost() throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        try (HikariDataSource pool = TestDatabase.POSTGRESQL.open(url);
                LeaseTable mine = instance(url, "mine");
                LeaseTable other = instance(url, "other")) {
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
            Map<String, Long> epochs = new ConcurrentHashMap<>();
            Store store = new Store(
                    pool,
                    transactions,
                    Fence.of((service, organisation) -> new Fence.Lane("inntekt", epochs.get(organisation))));
            List<UnitId> units = ORGANISATIONS.stream()
                    .map(one -> new UnitId("inntekt", one))
                    .toList();
            mine.register(units);
            mine.renew(List.of(), BOUND);
            other.renew(List.of(), BOUND);
            mine.take(units, units.size(), Duration.ZERO, BOUND)
                    .forEach(taken -> epochs.put(taken.id().organisation(), taken.epoch()));
            List<PendingLookup> lookups = new ArrayList<>();
            for (String organisation : ORGANISATIONS) {
                lookups.add(pending(store, organisation, epochs.get(organisation)));
            }
            UnitId lost = new UnitId("inntekt", "lost");
            new JdbcTemplate(pool)
                    .update("update lane set until = clock_timestamp() - interval '1 s', quiet_from = clock_timestamp()"
                            + " where organisation = 'lost'");
            assertEquals(1, other.take(List.of(lost), 1, Duration.ZERO, BOUND).size());

            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch all = new CountDownLatch(1);
            List<Integer> written = new ArrayList<>();
            ResultGroup group = new ResultGroup(
                    endings -> {
                        if (written.isEmpty()) {
                            begun.countDown();
                            await().until(() -> all.getCount() == 0);
                        }
                        written.add(endings.size());
                        return StoreException.guarded(
                                "not written",
                                () -> transactions.execute(status -> {
                                    store.done(endings);
                                    return null;
                                }));
                    },
                    Duration.ofHours(1),
                    Duration.ZERO);
            new Thread(() -> group.add(member(lookups.get(0)))).start();
            begun.await();
            lookups.subList(1, lookups.size()).forEach(lookup -> group.add(member(lookup)));
            all.countDown();
            await().until(() -> ended.size() == ORGANISATIONS.size());

            assertEquals(List.of(1, 3, 1, 1, 1), written, "alone, together, and then one by one");
            assertInstanceOf(Store.RemovedException.class, ended.get("lost").orElseThrow());
            for (String organisation : ORGANISATIONS) {
                assertEquals(
                        organisation.equals("lost") ? 1 : 0,
                        store.pending("inntekt", organisation, "inntekt"),
                        organisation);
                assertEquals(
                        organisation.equals("lost"), ended.get(organisation).isPresent(), organisation);
            }
        }
    }

    private static LeaseTable instance(String url, String name) {
        return new LeaseTable(
                LeaseTable.at(url, "postgres", () -> "postgres", Duration.ofSeconds(10)),
                name,
                "1",
                "plan",
                Duration.ofMinutes(5));
    }

    private static PendingLookup pending(Store store, String organisation, long epoch) {
        LookupKey key = new LookupKey("inntekt", organisation, "inntekt", "01810012345", "2024-01", "", 0);
        store.commitPage(
                "inntekt",
                organisation,
                OptionalLong.empty(),
                1,
                null,
                List.of(PendingLookup.of(key, 1, false, "{}")),
                List.of(),
                epoch);
        return store.dueRows()
                .due("inntekt", organisation, "inntekt", Instant.now(), 1)
                .get(0);
    }

    private ResultGroup.Member member(PendingLookup lookup) {
        return new ResultGroup.Member() {
            @Override
            public Ending ending() {
                return new Ending(lookup, new PendingLookup.Delivered(1, "found", "x"), Done.DELIVERED, List.of());
            }

            @Override
            public void ended(Throwable failure) {
                ended.put(lookup.key().organisation(), Optional.ofNullable(failure));
            }
        };
    }
}

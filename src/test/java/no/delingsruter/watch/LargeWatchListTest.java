package no.delingsruter.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.work.PageNotifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A watch list as large as it gets, measured. Not part of the usual run:
 * {@code mvn test -Dtest=LargeWatchListTest -Dwatch.keys=1000000 -Dtest.heap=256m}.
 */
@EnabledIfSystemProperty(named = "watch.keys", matches = "\\d+")
class LargeWatchListTest {
    private static final int PAGES = 200;
    private static final int PAGE = 1000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I10: loading, first lookups and filtering of a large watch list, in a heap that does not grow with it")
    void measured(TestDatabase database) throws IOException {
        int keys = Integer.getInteger("watch.keys");
        Path csv = csv(keys);
        try (HikariDataSource data = database.open(database.url(directory))) {
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(data));
            Store store = new Store(data, transactions);
            WatchList watchList = new WatchList(
                    store,
                    data,
                    data,
                    transactions,
                    new WatchList.Rules(
                            Set.of(new WatchList.Followed("inntekt", "self")),
                            Set.of(new WatchList.Followed("inntekt", "self")),
                            service -> new WatchPeriods("2024-03"),
                            one -> true),
                    new PageNotifier(),
                    new Alerts());
            watchList.ready();
            long heap = heap();

            long began = System.nanoTime();
            new WatchRequests(watchList, () -> {}, directory, new Alerts()).file(csv.toFile());
            double load = seconds(began);
            JdbcTemplate jdbc = new JdbcTemplate(data);
            assertEquals(keys, jdbc.queryForObject("select count(*) from watch", Integer.class));

            began = System.nanoTime();
            int kept = 0;
            for (int i = 0; i < PAGES; i++) {
                Page page = page(i, keys);
                watchList.keepWatched(page);
                kept += page.lookups().size();
            }
            double perEvent = seconds(began) / PAGES / PAGE * 1e6;
            assertEquals(PAGES * PAGE / 2, kept);

            watchList.mapping(
                    "inntekt",
                    "inntekt",
                    new EventMapping("identifikator", "gjelderPeriode", null, EventMapping.Period.MONTH, false, true));
            began = System.nanoTime();
            while (jdbc.queryForObject("select count(*) from pending_lookup", Integer.class) < keys) {
                watchList.update();
            }
            double first = seconds(began);
            watchList.update();
            assertEquals(keys, jdbc.queryForObject("select count(*) from pending_lookup", Integer.class), "each once");

            long grown = heap() - heap;
            LoggerFactory.getLogger(LargeWatchListTest.class)
                    .info(String.format(
                            Locale.ROOT,
                            "%s: %,d keys: loaded from CSV in %.1f s (%,.0f keys/s), first lookups pending in %.1f s (%,.0f/s), "
                                    + "%.1f µs per event of a page, heap after collection %+,d kB, at most %,d MB of %,d MB",
                            database,
                            keys,
                            load,
                            keys / load,
                            first,
                            keys / first,
                            perEvent,
                            grown / 1024,
                            peak() >> 20,
                            Runtime.getRuntime().maxMemory() >> 20));
            assertTrue(grown < 50_000_000, "heap grown by " + grown);
        }
    }

    private Path csv(int keys) throws IOException {
        Path file = directory.resolve("keys.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < keys; i++) {
                out.write(person(2 * i));
                out.write('\n');
            }
        }
        return file;
    }

    /** Every other event is of somebody watched, spread over the whole list. */
    private static Page page(int number, int keys) {
        Page page = new Page("inntekt", "self", OptionalLong.of(1));
        for (int i = 0; i < PAGE; i++) {
            long index = ((long) number * PAGE + i) * 7919 % keys * 2 + i % 2;
            String id = person((int) index);
            page.add(
                    new LookupKey("inntekt", "self", "inntekt", id, "2024-03", "", 0),
                    Map.of("sekvensnummer", 2L + i, "identifikator", id));
        }
        return page;
    }

    private static String person(int index) {
        return String.format(
                "%02d8%d%02d%05d",
                1 + index / 9_000_000 % 28, 1 + index / 4_500_000 % 2, index / 100_000 % 45 + 50, index % 100_000);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}

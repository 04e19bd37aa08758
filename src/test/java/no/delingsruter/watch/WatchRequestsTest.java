package no.delingsruter.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.work.PageNotifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class WatchRequestsTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I16: a watch file that is taken and may not be deleted is said, and taken once: an old erasure does not come back")
    void fileThatStays() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("watch"));
        try (HikariDataSource data = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            JdbcTemplate jdbc = new JdbcTemplate(data);
            Alerts alerts = new Alerts();
            WatchRequests requests = new WatchRequests(watchList(data, alerts), () -> {}, folder, alerts);
            assumeTrue(run("mount", "-t", "tmpfs", "none", folder.toString()), "skipped: needs the right to mount");
            try {
                Path file = folder.resolve("keys.csv");
                Files.writeString(file, "identifikator\n01810000001\n");
                run("mount", "-o", "remount,ro", folder.toString());
                requests.file(file.toFile());
                assertEquals(1, watched(jdbc));
                assertTrue(alerts.open().toString().contains("a file was taken and may not be deleted"));

                jdbc.update("delete from watch");
                requests.file(file.toFile());
                assertEquals(0, watched(jdbc), "taken again");

                run("mount", "-o", "remount,rw", folder.toString());
                Files.writeString(file, "identifikator\n01810000001\n02810000002\n");
                requests.file(file.toFile());
                assertEquals(2, watched(jdbc));
                assertFalse(Files.exists(file));
                assertTrue(alerts.open().isEmpty());
            } finally {
                run("umount", "-l", folder.toString());
            }
        }
    }

    @Test
    @DisplayName(
            "I16, null control: the watch list stands still at a latch that no code knows of, and is found by its name")
    void latched() {
        Alerts alerts = new Alerts();
        LatchedActivity latch = new LatchedActivity();
        try (HikariDataSource data = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            WatchList list = watchList(
                    new DelegatingDataSource(data) {
                        @Override
                        public Connection getConnection() throws SQLException {
                            latch.stand();
                            return super.getConnection();
                        }
                    },
                    alerts);
            list.ready();
            latch.isFound(alerts, "Watch list", list::update);
        }
    }

    @Test
    @DisplayName("I12: a file of a thousand erasures does not ask the store for each line where it may hold anything")
    void manyErasures() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("watch"));
        AtomicInteger connections = new AtomicInteger();
        try (HikariDataSource data = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            Alerts alerts = new Alerts();
            WatchList list = watchList(
                    new DelegatingDataSource(data) {
                        @Override
                        public Connection getConnection() throws SQLException {
                            connections.incrementAndGet();
                            return super.getConnection();
                        }
                    },
                    alerts);
            Path file = folder.resolve("keys.csv");
            Files.writeString(
                    file,
                    "identifikator,action\n"
                            + IntStream.range(0, 1000)
                                    .mapToObj(i -> "0181" + (1_000_000 + i) + ",erase\n")
                                    .collect(Collectors.joining()));
            new WatchRequests(list, () -> {}, folder, alerts).file(file.toFile());
            assertFalse(Files.exists(file), alerts.open().toString());
            assertTrue(connections.get() < 50, connections + " times");
        }
    }

    private static int watched(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select count(*) from watch", Integer.class);
    }

    private static WatchList watchList(DataSource data, Alerts alerts) {
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(data));
        Set<WatchList.Followed> all = Set.of(new WatchList.Followed("inntekt", "self"));
        return new WatchList(
                new Store(data, transactions),
                data,
                data,
                transactions,
                new WatchList.Rules(all, all, service -> new WatchPeriods("none"), one -> true),
                new PageNotifier(),
                alerts);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}

package no.delingsruter.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.work.PageNotifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
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

    private static int watched(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select count(*) from watch", Integer.class);
    }

    private static WatchList watchList(HikariDataSource data, Alerts alerts) {
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(data));
        Set<WatchList.Followed> all = Set.of(new WatchList.Followed("inntekt", "self"));
        return new WatchList(
                new Store(data, transactions),
                data,
                data,
                transactions,
                new WatchList.Rules(all, all, service -> new WatchPeriods("none")),
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

package no.delingsruter.store.h2;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** H2 keeps what it has written for 45 s; here for no time, so that it need not be waited for. */
class FileSizeTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("Where the embedded store's file has become sparse, its space is used anew")
    void spaceIsUsedAnew() throws Exception {
        String url = TestDatabase.H2.url(directory) + ";RETENTION_TIME=0";
        try (HikariDataSource pool = TestDatabase.H2.open(url);
                Checkpointer checkpointer = new Checkpointer(pool, new Alerts())) {
            DataSource connections = checkpointer.connections();
            JdbcTemplate jdbc = new JdbcTemplate(connections);
            TransactionTemplate transactions = checkpointer.transactions(connections);
            jdbc.execute("create table held (id int primary key, text varchar)");
            jdbc.update("insert into held select x, repeat('x', 500) from system_range(1, 2000)");
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 3_000; i++) {
                transactions.executeWithoutResult(status -> jdbc.update(
                        "update held set text = repeat(?, 500) where id = ?", "y", 1 + random.nextInt(20_000)));
                if (i % 10 == 0) {
                    checkpointer.flush();
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> jdbc.queryForObject(
                                    "select setting_value from information_schema.settings where setting_name = 'info.CHUNKS_FILL_RATE'",
                                    Integer.class)
                            >= 50);
        }
    }
}

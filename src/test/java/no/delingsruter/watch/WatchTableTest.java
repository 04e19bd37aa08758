package no.delingsruter.watch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class WatchTableTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "PostgreSQL finds each new key by the primary key, also right after a large file, before it has statistics")
    void newKeysByPrimaryKey() {
        try (HikariDataSource data = TestDatabase.POSTGRESQL.open(TestDatabase.POSTGRESQL.url(directory))) {
            JdbcTemplate jdbc = new JdbcTemplate(data);
            jdbc.update(
                    "insert into watch (service, identifikator) select 'inntekt', '018100' || lpad(i::text, 5, '0') from generate_series(1, 20000) i");
            String plan = String.join(
                    "\n",
                    jdbc.queryForList(
                            "explain " + WatchTable.CLAIM,
                            String.class,
                            Instant.now().atOffset(ZoneOffset.UTC),
                            "inntekt",
                            "self",
                            "01810000001",
                            "",
                            ""));
            assertTrue(plan.contains("watch_pkey"), plan);
        }
    }
}

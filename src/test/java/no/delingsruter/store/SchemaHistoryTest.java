package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

class SchemaHistoryTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "Flyway is left out once all scripts have been applied, and asked again when one is missing, changed or failed")
    void completeOrNot(TestDatabase database) {
        String kind = database.name().toLowerCase(Locale.ROOT);
        try (HikariDataSource pool = database.open(database.url(directory))) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            SchemaHistory history = new SchemaHistory(pool, "classpath:db/" + kind, "classpath:db/" + kind + "-result");
            assertTrue(history.complete());

            jdbc.update("update \"delingsruter_schema\" set \"success\" = false where \"version\" = '3'");
            assertFalse(history.complete(), "failed");
            jdbc.update(
                    "update \"delingsruter_schema\" set \"success\" = true, \"checksum\" = \"checksum\" + 1 where \"version\" = '3'");
            assertFalse(history.complete(), "changed");
            jdbc.update("delete from \"delingsruter_schema\" where \"version\" = '3'");
            assertFalse(history.complete(), "missing");
            jdbc.execute("drop table \"delingsruter_schema\"");
            assertFalse(history.complete(), "no history at all");
        }
    }
}

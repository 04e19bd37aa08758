package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class MigrationTest {
    @Test
    @DisplayName("I2: a first start that is killed between any two statements of a migration can be made again")
    void killedInTheMiddleOfAMigration() throws IOException {
        List<String> statements = new ArrayList<>();
        for (String file : List.of("/db/h2/V1__store.sql", "/db/h2-result/V2__result.sql", "/db/h2/V3__replay.sql")) {
            try (InputStream in = MigrationTest.class.getResourceAsStream(file)) {
                String script = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
                statements.addAll(Stream.of(script.split(";")).map(String::strip).filter(statement -> !statement.isEmpty()).toList());
            }
        }
        assertTrue(statements.size() >= 14);
        for (int done = 0; done <= statements.size(); done++) {
            String url = "jdbc:h2:mem:migration" + done + ";DB_CLOSE_DELAY=-1";
            JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
            statements.subList(0, done).forEach(jdbc::execute);
            try (HikariDataSource pool = Databases.openStore("store", url, "", "", 4)) {
                assertEquals(0, new JdbcTemplate(pool).queryForObject("select count(*) from result", Integer.class));
            }
            jdbc.execute("shutdown");
        }
    }
}

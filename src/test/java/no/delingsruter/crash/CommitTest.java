package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import no.delingsruter.crash.victim.Commits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class CommitTest {
    private static final String SAID = "committed ";
    @TempDir
    Path directory;

    @RepeatedTest(3)
    @DisplayName("I2: what the embedded store has committed is there after SIGKILL")
    void committedSurvivesKill() throws Exception {
        assertEquals(0, lostAfterKill(""));
    }

    @Test
    @DisplayName("The kit would notice: with H2's own delay of writing, commits are lost")
    void controlWithoutTheSetting() throws Exception {
        assertTrue(lostAfterKill(";WRITE_DELAY=5000") > 0);
    }

    private long lostAfterKill(String parameters) throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("store");
        Child child = Child.start(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Commits.class.getName(), url + parameters), directory);
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> last(child) > 300 || !child.alive());
            assertTrue(child.alive(), child::log);
        } finally {
            child.kill();
        }
        long said = last(child);
        JdbcTemplate store = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
        boolean any = store.queryForObject("select count(*) from information_schema.tables where table_name = 'COMMITTED'", Integer.class) == 1;
        return Math.max(0, said - (any ? store.queryForObject("select count(*) from committed", Long.class) : 0));
    }

    private static long last(Child child) {
        return child.lines().stream().filter(line -> line.startsWith(SAID)).mapToLong(line -> Long.parseLong(line.substring(SAID.length()))).max().orElse(0);
    }
}

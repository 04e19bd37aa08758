package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.crash.victim.Commits;
import no.delingsruter.crash.victim.Commits.How;
import no.delingsruter.crash.victim.Moves;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class CommitTest {
    private static final String SAID = "committed ";
    /** What is committed "soon" is written some 100 ms later at most; a busy machine may need longer. */
    private static final long SOON_MILLIS = 1_000;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I2: what others rely on (a file of watched keys read, an operator's command done) is in the embedded store's file after SIGKILL")
    void committedNowSurvivesKill() throws Exception {
        assertEquals(0, afterKill(How.NOW, "").lost());
    }

    @Test
    @DisplayName(
            "I9: what a database that receives results has committed is in its file after SIGKILL: the store relies on it")
    void receivedSurvivesKill() throws Exception {
        assertEquals(0, afterKill(How.RECEIVER, "").lost());
    }

    @RepeatedTest(2)
    @DisplayName(
            "I2: SIGKILL takes back only the embedded store's last moment, and of that the last transactions first")
    void committedSoonIsAPrefix() throws Exception {
        Killed killed = afterKill(How.SOON, "");
        assertEquals(killed.rows(), killed.last(), "a hole");
        assertTrue(killed.firstLostMillisBeforeTheLast() < SOON_MILLIS, killed::toString);
    }

    @Test
    @DisplayName("The kit would notice: left to H2 itself, commits are lost")
    void controlWithoutWriting() throws Exception {
        assertTrue(afterKill(How.LATE, ";WRITE_DELAY=5000").lost() > 0);
    }

    @RepeatedTest(2)
    @DisplayName("I2: what the embedded store's file holds after SIGKILL is never half of a transaction")
    void neverHalf() throws Exception {
        assertEquals(0, halves(true));
    }

    /** H2 alone, writing while transactions go on, leaves halves now and then: -Dhalves=true shows it, when it happens. */
    @RepeatedTest(10)
    @EnabledIfSystemProperty(named = "halves", matches = "true")
    void halvesOfH2Alone() throws Exception {
        LoggerFactory.getLogger(CommitTest.class)
                .info("Halves of transactions that H2 alone has left: " + halves(false));
    }

    private long halves(boolean writtenBehind) throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("moves");
        Child child = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Moves.class.getName(),
                        writtenBehind ? url : url + ";WRITE_DELAY=5",
                        String.valueOf(writtenBehind)),
                directory);
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !child.alive()
                            || child.lines().stream()
                                            .filter(line -> line.startsWith("moved "))
                                            .count()
                                    > 100);
            assertTrue(child.alive(), child::log);
        } finally {
            child.kill();
        }
        JdbcTemplate store = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
        String all = IntStream.range(0, Moves.TABLES)
                .mapToObj(table -> "select n from moved_" + table)
                .collect(Collectors.joining(" union all "));
        assertTrue(store.queryForObject("select count(*) from moved_0", Long.class) > 100, "too little happened");
        return store.queryForObject(
                "select count(*) from (select n from (" + all + ") group by n having count(*) <> " + Moves.TABLES + ")",
                Long.class);
    }

    /**
     * What was said to be committed, and what was there.
     *
     * @param said the last of it: the time of each number
     */
    private record Killed(NavigableMap<Long, Long> said, long rows, long last) {
        long lost() {
            return Math.max(0, said.lastKey() - rows);
        }

        long firstLostMillisBeforeTheLast() {
            return lost() == 0
                    ? 0
                    : said.lastEntry().getValue() - said.ceilingEntry(rows + 1).getValue();
        }

        @Override
        public String toString() {
            return said.lastKey() + " said, " + rows + " there";
        }
    }

    private Killed afterKill(How how, String parameters) throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("store");
        Child child = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Commits.class.getName(),
                        url + parameters,
                        how.name()),
                directory);
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !child.alive()
                            || (!said(child).isEmpty() && said(child).lastKey() > 300));
            assertTrue(child.alive(), child::log);
        } finally {
            child.kill();
        }
        JdbcTemplate store = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
        boolean any = store.queryForObject(
                        "select count(*) from information_schema.tables where table_name = 'COMMITTED'", Integer.class)
                == 1;
        return new Killed(
                said(child),
                any ? store.queryForObject("select count(*) from committed", Long.class) : 0,
                any ? store.queryForObject("select coalesce(max(n), 0) from committed", Long.class) : 0);
    }

    /** Whole lines only: the kill may have cut the last one. */
    private static NavigableMap<Long, Long> said(Child child) {
        NavigableMap<Long, Long> result = new TreeMap<>();
        child.lines().stream()
                .filter(line -> line.matches(SAID + "\\d+ \\d{13}"))
                .map(line -> line.split(" "))
                .forEach(parts -> result.put(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        return result;
    }
}

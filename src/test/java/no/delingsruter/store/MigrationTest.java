package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.PendingLookup.Delivered;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class MigrationTest {
    private static final String KEY = "service, organisation, lookup, identifikator, gjelder_periode, qualifier";
    private static final String OF = "'inntekt', 'self', 'inntekt', '%s', '2024-03', ''";
    private static final String DONE = "01810012345";
    private static final String AGAIN = "02810012345";
    private static final String NEW = "03810012345";

    @TempDir
    Path directory;

    @Test
    @DisplayName("I2: a start that is killed between any two statements of a migration can be made again")
    void killedInTheMiddleOfAMigration() throws IOException {
        MigrationInfo[] migrations =
                flyway("jdbc:h2:mem:", TestDatabase.H2, "latest").info().pending();
        assertEquals(12, migrations.length);
        int kills = 0;
        int before = 0;
        for (MigrationInfo migration : migrations) {
            List<String> statements = statements(migration.getScript());
            for (int done = 0; done <= statements.size(); done++) {
                String url = "jdbc:h2:mem:migration" + ++kills + ";DB_CLOSE_DELAY=-1";
                JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
                if (before > 0) {
                    flyway(url, TestDatabase.H2, Integer.toString(before)).migrate();
                }
                if (before == 3) {
                    earlierContents(jdbc);
                }
                statements.subList(0, done).forEach(jdbc::execute);
                try (HikariDataSource pool = Databases.openStore("store", url, "", "", 4)) {
                    assertEquals(
                            before == 3 ? 2 : 0,
                            new JdbcTemplate(pool).queryForObject("select count(*) from result", Integer.class));
                    assertEquals(
                            before == 3 ? 2 : 0,
                            new JdbcTemplate(pool)
                                    .queryForObject("select count(*) from pending_lookup", Integer.class));
                    assertEquals(
                            before == 3 ? 3 : 0,
                            new JdbcTemplate(pool).queryForObject("select count(*) from lookup_state", Integer.class));
                }
                jdbc.execute("shutdown");
            }
            before = Integer.parseInt(migration.getVersion().getVersion());
        }
        assertTrue(kills > 25, "kills: " + kills);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I2, I4: a store of an earlier version keeps what is pending, what was delivered and every version of it")
    void storeOfAnEarlierVersion(TestDatabase database) {
        String url = database.url(directory);
        flyway(url, database, "3").migrate();
        earlierContents(new JdbcTemplate(new DriverManagerDataSource(
                url,
                database == TestDatabase.H2 ? "sa" : database.user(),
                database == TestDatabase.H2 ? "" : "postgres")));
        try (HikariDataSource pool = database.open(url)) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            Store store = new Store(pool, new TransactionTemplate(new DataSourceTransactionManager(pool)));
            Map<String, Delivered> pending = new TreeMap<>();
            store.dueRows()
                    .due("inntekt", "self", "inntekt", Instant.now(), 10)
                    .forEach(lookup -> pending.put(
                            lookup.key().identifikator(),
                            lookup.last() == null ? new Delivered(0, "", "") : lookup.last()));
            assertEquals(Map.of(AGAIN, new Delivered(2, "found", "two"), NEW, new Delivered(0, "", "")), pending);
            assertEquals(
                    List.of("01810012345 1 one", "02810012345 1 one", "02810012345 2 two"),
                    jdbc.queryForList(
                            "select concat(identifikator, ' ', version, ' ', payload_hash) from result_history order by 1",
                            String.class));
            assertEquals(
                    List.of("01810012345 1", "02810012345 2"),
                    jdbc.queryForList(
                            "select concat(identifikator, ' ', version) from result order by 1", String.class));
            assertEquals(
                    1,
                    jdbc.queryForObject("select count(*) from result_earlier", Integer.class),
                    "each version is there once");
            LookupKey done = new LookupKey("inntekt", "self", "inntekt", DONE, "2024-03", "", 0);
            store.commitPage(
                    "inntekt",
                    "self",
                    OptionalLong.empty(),
                    9,
                    null,
                    List.of(PendingLookup.of(done, 9, false, "{}")),
                    List.of(),
                    0);
            assertEquals(
                    new Delivered(1, "found", "one"),
                    store.dueRows().due("inntekt", "self", "inntekt", Instant.now(), 10).stream()
                            .filter(lookup -> lookup.key().equals(done))
                            .findFirst()
                            .orElseThrow()
                            .last());
        }
    }

    /** One that was delivered, one that was delivered and is pending again, one that is pending for the first time. */
    private static void earlierContents(JdbcTemplate jdbc) {
        for (String pending : List.of(AGAIN, NEW)) {
            jdbc.execute("insert into pending_lookup (" + KEY
                    + ", snapshot, first_sekvensnummer, latest_sekvensnummer, events, identity_change, hendelse,"
                    + " revision, attempts, due_at) values (" + OF.formatted(pending)
                    + ", 0, 7, 8, 2, false, '{}', 1, 0, timestamp '2024-04-01 00:00:00')");
        }
        delivered(jdbc, DONE, 1, "one");
        delivered(jdbc, AGAIN, 2, "two");
        result(jdbc, "result", DONE, 1, "one");
        result(jdbc, "result", AGAIN, 2, "two");
        result(jdbc, "result_history", DONE, 1, "one");
        result(jdbc, "result_history", AGAIN, 1, "one");
        result(jdbc, "result_history", AGAIN, 2, "two");
    }

    private static void delivered(JdbcTemplate jdbc, String person, int version, String hash) {
        jdbc.execute("insert into delivered (" + KEY + ", sekvensnummer, version, outcome, payload_hash) values ("
                + OF.formatted(person) + ", 5, " + version + ", 'found', '" + hash + "')");
    }

    private static void result(JdbcTemplate jdbc, String table, String person, int version, String hash) {
        jdbc.execute("insert into " + table + " (" + KEY
                + ", sekvensnummer, version, outcome, change, incomplete, payload, payload_hash, fetched_at) values ("
                + OF.formatted(person) + ", 5, " + version + ", 'found', 'first', false, '{}', '" + hash
                + "', timestamp '2024-04-01 00:00:00')");
    }

    private static Flyway flyway(String url, TestDatabase database, String target) {
        String kind = database == TestDatabase.H2 ? "h2" : "postgresql";
        return Flyway.configure()
                .dataSource(
                        url,
                        database == TestDatabase.H2 ? "sa" : database.user(),
                        database == TestDatabase.H2 ? "" : "postgres")
                .locations("classpath:db/" + kind, "classpath:db/" + kind + "-result")
                .table("delingsruter_schema")
                .target(target)
                .load();
    }

    private static List<String> statements(String script) throws IOException {
        for (String folder : List.of("/db/h2/", "/db/h2-result/")) {
            try (InputStream in = MigrationTest.class.getResourceAsStream(folder + script)) {
                if (in != null) {
                    return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                    .replaceAll("(?m)^--.*$", "")
                                    .split(";"))
                            .map(String::strip)
                            .filter(statement -> !statement.isEmpty())
                            .collect(Collectors.toList());
                }
            }
        }
        throw new IOException(script);
    }
}

package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.support.FreePort;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("What a store cannot be opened with is one sentence that names the key and the cure")
class DatabasesTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("H2 keeps the pages of a large store in an eighth of the heap, unless store.url says otherwise")
    void cache() {
        long heapMegabytes = Runtime.getRuntime().maxMemory() >> 20;
        assertTrue(heapMegabytes > 256, "a heap in which H2's own 16 MB would be less");
        String url = TestDatabase.H2.url(directory);
        assertEquals(Math.min(heapMegabytes / 8, 256), cacheMegabytes(url));
        assertEquals(20, cacheMegabytes(url + ";CACHE_SIZE=20480"));
    }

    private static long cacheMegabytes(String url) {
        try (HikariDataSource pool = TestDatabase.H2.open(url)) {
            return new JdbcTemplate(pool)
                    .queryForObject(
                            "select cast(setting_value as bigint) from information_schema.settings where setting_name = 'info.CACHE_MAX_SIZE'",
                            Long.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: an older program refuses the store of a newer one, naming both versions")
    void newerStore(TestDatabase database) {
        String url = database.url(directory);
        try (HikariDataSource pool = database.open(url)) {
            new JdbcTemplate(pool)
                    .update(
                            "insert into \"delingsruter_schema\" select 990, '99', 'a newer one', \"type\", 'V99__newer.sql', 1,"
                                    + " \"installed_by\", \"installed_on\", 1, true from \"delingsruter_schema\" where \"script\" = 'V1__store.sql'");
        }
        String said = refused(() -> database.open(url).close());
        assertTrue(said.contains("written by a newer version of this program (schema 99, this one's is "), said);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I2: a command never brings the schema up to date under a running job")
    void commandsDoNotMigrate(TestDatabase database) {
        String url = database.url(directory);
        String said = refused(() -> Databases.openStoreAsItIs("store", url, database.user(), "postgres", 2)
                .close());
        assertTrue(said.contains("is of an older version (schema 0, this program's is "), said);
        database.open(url).close();
        assertDoesNotThrow(() -> Databases.openStoreAsItIs("store", url, database.user(), "postgres", 2)
                .close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into instance (name, version, plan, since, until) values ('older', '1', 'p', clock_timestamp(), clock_timestamp() + interval '2 seconds')",
                "select pg_advisory_xact_lock(28259013970782067)"
            })
    @DisplayName(
            "I2: a store is brought up to date only when no older instance works on it, one with a lease or one with a lock")
    void olderInstanceAtWork(String works) throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        TestDatabase.POSTGRESQL.open(url).close();
        try (Connection older = DriverManager.getConnection(url, "postgres", "postgres");
                Connection newer = DriverManager.getConnection(url, "postgres", "postgres")) {
            older.setAutoCommit(works.startsWith("insert"));
            older.createStatement().execute(works);
            CompletableFuture<Boolean> alone = CompletableFuture.supplyAsync(() -> {
                try {
                    return OlderInstances.await(newer, () -> false);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThrows(TimeoutException.class, () -> alone.get(1, TimeUnit.SECONDS));
            if (!older.getAutoCommit()) {
                older.rollback();
            }
            assertTrue(alone.get(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 50, 75})
    @DisplayName("I2: a store file that is cut short is refused and left as it is")
    void cutShort(int percent) throws Exception {
        String url = TestDatabase.H2.url(directory);
        Path file = H2File.of(url).orElseThrow().data();
        try (HikariDataSource pool = TestDatabase.H2.open(url)) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            for (int i = 0; i < 20; i++) {
                jdbc.update("insert into watch (service, organisation, identifikator, gjelder_periode, qualifier)"
                        + " select 's', 'o', x, '" + i + "', '' from system_range(1, 200)");
                jdbc.execute("checkpoint sync");
            }
        }
        long length = Files.size(file) * percent / 100;
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(length);
        }
        String said = refused(() -> TestDatabase.H2.open(url).close());
        assertTrue(said.contains("is damaged or cut short") && said.contains("backup"), said);
        assertEquals(length, Files.size(file));
    }

    @Test
    @DisplayName("I2: a store file of no length is refused and left as it is")
    void empty() throws Exception {
        String url = TestDatabase.H2.url(directory);
        Path file = H2File.of(url).orElseThrow().data();
        TestDatabase.H2.open(url).close();
        Files.write(file, new byte[0]);
        String said = refused(() -> TestDatabase.H2.open(url).close());
        assertTrue(said.contains("is damaged or cut short") && said.contains("backup"), said);
        assertEquals(0, Files.size(file));
    }

    @ParameterizedTest
    @CsvSource({"store.operator, 1", "answers-abc, 1", "something, 0"})
    @DisplayName(
            "I16: a store file that is gone, while what a job leaves beside it is there, is said when a new one is begun")
    void gone(String left, int lines) throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("store");
        Files.createDirectory(directory.resolve(left));
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            TestDatabase.H2.open(url).close();
            TestDatabase.H2.open(url).close();
            assertEquals(
                    lines,
                    log.lines().stream()
                            .filter(line -> line.contains("store.mv.db is not there, though"))
                            .count());
        }
    }

    @Test
    @DisplayName("A store file whose last write is missing goes back to the one before, which is said")
    void lastWriteMissing() throws Exception {
        String url = TestDatabase.H2.url(directory);
        H2File file = H2File.of(url).orElseThrow();
        TestDatabase.H2.open(url).close();
        assertEquals(H2File.Missing.NOTHING, file.missing());
        try (RandomAccessFile access = new RandomAccessFile(file.data().toFile(), "rw")) {
            access.setLength(access.length() - 1);
        }
        assertEquals(H2File.Missing.LATEST_STATE, file.missing());
    }

    @Test
    @DisplayName("A store file that a kill has left in the middle of the first start is taken")
    void killedAtFirstStart() throws Exception {
        String url = TestDatabase.H2.url(directory);
        DriverManagerDataSource plain = new DriverManagerDataSource(url, "sa", "");
        new JdbcTemplate(plain).execute("create table begun (id int)");
        assertDoesNotThrow(() -> TestDatabase.H2.open(url).close());
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h:54x2/db?user=a&password=kort1",
        "jdbc:postgresql://h:99999999/db?password=kort1",
        "jdbc:postgresql:h:5432:/x?password=kort1&"
    })
    @DisplayName("An address that the driver does not take, without the password that is in it")
    void badAddress(String url) {
        String said = refused(() -> Databases.openStore("store", url, "", "", 2).close());
        assertTrue(said.startsWith("store.url: "), said);
        assertFalse(said.contains("kort1"), said);
    }

    @Test
    @DisplayName("A schema that is not there, and one where nothing may be made")
    void schemas() {
        String url = TestDatabase.POSTGRESQL.url(directory);
        String missing =
                refused(() -> StoreAddress.await(url + "?currentSchema=finnesikke", "postgres", () -> "postgres"));
        assertTrue(missing.startsWith("store.url: the schema that it names (currentSchema) is not there"), missing);
        JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "postgres", "postgres"));
        String role = "r" + System.nanoTime();
        jdbc.execute("create role " + role + " login password 'x'");
        jdbc.execute("revoke create on schema public from public");
        String noRight =
                refused(() -> Databases.openStore("store", url, role, "x", 2).close());
        assertTrue(noRight.startsWith("store.url: store.user may not make tables in the schema public"), noRight);
        assertTrue(noRight.contains("grant create on schema public"), noRight);
    }

    @Test
    @DisplayName("I16: a database that is not up yet is waited for, and no mistake in the configuration")
    void notUpYet() throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        int port = FreePort.find();
        URI server = URI.create(url.substring("jdbc:".length()));
        String later = "jdbc:postgresql://127.0.0.1:" + port + server.getPath();
        CompletableFuture<StoreAddress> start = CompletableFuture.supplyAsync(() -> {
            try {
                return StoreAddress.await(later, "postgres", () -> "postgres");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThrows(TimeoutException.class, () -> start.get(2, TimeUnit.SECONDS));
        try (TcpProxy proxy = new TcpProxy(port, server.getPort())) {
            assertEquals(port, proxy.port());
            assertTrue(start.get(60, TimeUnit.SECONDS).isShared());
        }
    }

    @Test
    @DisplayName("A database in which Sámi letters have no place is said before a delivery fails for them")
    void lettersThatDoNotFit() {
        String url = TestDatabase.POSTGRESQL.url(directory);
        String name = "latin" + System.nanoTime();
        new JdbcTemplate(new DriverManagerDataSource(url, "postgres", "postgres"))
                .execute("create database " + name
                        + " encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");
        assertEquals(
                Optional.empty(),
                DatabaseInspection.of("store", url, "postgres", "postgres").doubt());
        String latin = url.substring(0, url.lastIndexOf('/') + 1) + name;
        String doubt = DatabaseInspection.of("store", latin, "postgres", "postgres")
                .doubt()
                .orElseThrow();
        assertTrue(doubt.startsWith("store.url: ") && doubt.contains("č, đ, ŋ, š, ŧ, ž"), doubt);
    }

    @Test
    @DisplayName("I16: no connection waits for ever on a path that has gone dark, unless its user wants that")
    void timeouts() {
        String address = PostgreSql.address("jdbc:postgresql://h/db?socketTimeout=5", 60);
        assertTrue(address.contains("?socketTimeout=5&") && !address.contains("socketTimeout=60"), address);
        assertTrue(address.contains("&tcpKeepAlive=true") && address.contains("&loginTimeout="), address);
    }

    private interface Opening {
        void run() throws Exception;
    }

    private static String refused(Opening opening) {
        String said =
                assertThrows(ConfigurationException.class, () -> opening.run()).getMessage();
        assertFalse(said.contains("\n"), said);
        return said;
    }
}

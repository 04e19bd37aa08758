package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.store.Databases;
import no.delingsruter.store.MariaDb;
import no.delingsruter.store.SchemaScript;
import no.delingsruter.store.TcpProxy;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("direct:database, into each kind of database")
class ReceiverDatabasesTest {
    @TempDir
    static Path server;

    private static MariaDb mariaDb;

    @TempDir
    Path directory;

    private record Receiver(String url, String user, String password) {
        JdbcTemplate jdbc() {
            return new JdbcTemplate(new DriverManagerDataSource(url, user, password));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        mariaDb = new MariaDb(server);
    }

    @AfterAll
    static void stop() throws Exception {
        mariaDb.close();
    }

    private Receiver receiver(String kind) {
        return switch (kind) {
            case "MariaDB" -> {
                String name = "d" + UUID.randomUUID().toString().replace("-", "");
                new JdbcTemplate(new DriverManagerDataSource(mariaDb.url(), mariaDb.user(), ""))
                        .execute("create database " + name);
                yield new Receiver(mariaDb.url() + name, mariaDb.user(), "");
            }
            case "PostgreSQL" -> {
                String url = TestDatabase.POSTGRESQL.url(directory);
                Receiver owner = new Receiver(url, "postgres", "postgres");
                owner.jdbc().execute("create schema mottak");
                yield new Receiver(url + "?currentSchema=mottak", "postgres", "postgres");
            }
            case "H2" -> new Receiver("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
            default -> new Receiver("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=" + kind, "sa", "");
        };
    }

    private TestBed bed(Receiver receiver) {
        return new TestBed(directory)
                .set("delivery.endpoints", "direct:database")
                .set("database.url", receiver.url())
                .set("database.user", receiver.user())
                .set("database.password", receiver.password());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MariaDB", "PostgreSQL", "H2", "Oracle", "MSSQLServer"})
    @DisplayName(
            "I4, I9: the newest result of each key, every version once, whatever comes twice; tables are made at the"
                    + " start")
    void versions(String kind) {
        Receiver receiver = receiver(kind);
        try (TestBed bed = bed(receiver)) {
            bed.simulator().list("inntekt").generate(8, 8, 11, 0);
            bed.simulator().list("inntekt").publish("01810012345", "2024-05");
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            bed.simulator().list("inntekt").publish("01810012345", "2024-05", Hendelsetype.ENDRET);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            bed.simulator().list("inntekt").publish("01810012345", "2024-05", Hendelsetype.SLETTET);
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            JdbcTemplate jdbc = receiver.jdbc();
            assertEquals(9, jdbc.queryForObject("select count(*) from result", Integer.class));
            List<Map<String, Object>> versions = jdbc.queryForList(
                    "select version, outcome, payload, sekvensnummer, fetched_at, incomplete from result_history"
                            + " where identifikator = '01810012345' order by version");
            assertEquals(
                    List.of("1 found", "2 found", "3 none"),
                    versions.stream()
                            .map(row -> row.get("version") + " " + row.get("outcome"))
                            .toList());
            assertEquals(
                    8,
                    jdbc.queryForObject(
                            "select count(*) from result where outcome = 'found' and payload like '{%'",
                            Integer.class));
            assertEquals(
                    1,
                    jdbc.queryForObject(
                            "select count(*) from result where identifikator = '01810012345' and payload is null",
                            Integer.class));
            Instant fetched = jdbc.queryForObject(
                    "select fetched_at from result where identifikator = '01810012345'",
                    (row, number) -> kind.equals("MariaDB")
                            ? java.time.LocalDateTime.parse(row.getString(1).replace(' ', 'T'))
                                    .toInstant(java.time.ZoneOffset.UTC)
                            : row.getObject(1, java.time.OffsetDateTime.class).toInstant());
            assertTrue(Duration.between(fetched, Instant.now()).abs().toMinutes() < 5, fetched + " is UTC");
            assertEquals(11, jdbc.queryForObject("select count(*) from result_history", Integer.class));
        }
    }

    @Test
    @DisplayName("A payload of two million letters, with letters of every language")
    void longPayload() {
        Receiver receiver = receiver("MariaDB");
        try (TestBed bed = bed(receiver)) {
            bed.start();
            String payload = "{\"navn\":\"Čårøđ 𝄞\",\"x\":\"" + "y".repeat(2_000_000) + "\"}";
            new JdbcTemplate(new DriverManagerDataSource(receiver.url(), receiver.user(), ""))
                    .update(
                            "insert into result (service, organisation, lookup, identifikator, gjelder_periode,"
                                    + " qualifier, sekvensnummer, version, outcome, `change`, incomplete, payload,"
                                    + " payload_hash, fetched_at) values ('s', 'o', 'l', 'i', '', '', 1, 1, 'found',"
                                    + " 'first', false, ?, 'h', now())",
                            payload);
            assertEquals(
                    payload,
                    receiver.jdbc().queryForObject("select payload from result where service = 's'", String.class));
        }
    }

    @Test
    @DisplayName(
            "MariaDB, a user who may not make tables: refused with the command that prints them, and taken once they"
                    + " are there")
    void withoutTheRightToMakeTables() {
        Receiver owner = receiver("MariaDB");
        String database = owner.url().replaceFirst(".*/", "");
        JdbcTemplate jdbc = owner.jdbc();
        jdbc.execute("create user 'jobb" + database.substring(1, 9) + "'@'%' identified by 'x'");
        String user = "jobb" + database.substring(1, 9);
        jdbc.execute("grant select, insert, update, delete on " + database + ".* to '" + user + "'@'%'");
        Receiver receiver = new Receiver(owner.url(), user, "x");
        try (TestBed bed = bed(receiver)) {
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(
                    said.startsWith("database.url: its tables are not there, and database.user cannot make them"),
                    said);
            assertTrue(said.contains("java -jar delingsruter.jar schema --database prints"), said);
            statements(SchemaScript.ofReceiver(owner.url(), "", "", 0)).forEach(jdbc::execute);
            bed.simulator().list("inntekt").generate(3, 3, 11, 0);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(3, jdbc.queryForObject("select count(*) from result", Integer.class));
        }
    }

    @Test
    @DisplayName("A MariaDB that is not up yet is waited for, as a PostgreSQL is; a wrong password is not")
    void notUpYet() throws Exception {
        Receiver receiver = receiver("MariaDB");
        URI server = URI.create(receiver.url().substring("jdbc:".length()));
        int port = FreePort.find();
        String later = "jdbc:mariadb://127.0.0.1:" + port + server.getPath();
        CompletableFuture<HikariDataSource> start = CompletableFuture.supplyAsync(
                () -> Databases.openReceiver("database", later, receiver.user(), receiver::password, 2));
        assertThrows(TimeoutException.class, () -> start.get(3, TimeUnit.SECONDS));
        try (TcpProxy proxy = new TcpProxy(port, server.getPort())) {
            start.get(60, TimeUnit.SECONDS).close();
            assertEquals(
                    "database.url: the database cannot be used (SQL state 28000); check that it is there, and database.user and database.password.",
                    assertThrows(
                                    ConfigurationException.class,
                                    () -> Databases.openReceiver(
                                            "database", receiver.url(), receiver.user(), () -> "wrong", 2))
                            .getMessage());
            assertEquals(port, proxy.port());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:oracle:thin:@//db:1521/x,jdbc:oracle:,ojdbc11.jar",
        "jdbc:sqlserver://db;password=kort1,jdbc:sqlserver:,mssql-jdbc-*.jre11.jar",
        "jdbc:mysql://db/x?password=kort1,jdbc:mysql:,mariadb-java-client-*.jar"
    })
    @DisplayName("A driver that is not there is named with its jar, and nothing of the address")
    void missingDriver(String url, String scheme, String jar) {
        try (TestBed bed = bed(new Receiver(url, "u", "p"))) {
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.startsWith("database.url: the driver for " + scheme + " is not there"), said);
            assertTrue(said.contains("put " + jar) && said.contains("into ext/"), said);
            assertFalse(said.contains("kort1"), said);
        }
    }

    private static List<String> statements(String script) {
        return Arrays.stream(script.replaceAll("(?m)^--.*$", "").split(";\\s*\\n"))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    @Test
    @DisplayName("A statement that the user has changed in the folder is the one that is used")
    void ownStatement() throws IOException {
        Receiver receiver = receiver("H2");
        try (TestBed bed = bed(receiver)) {
            Path file = bed.routes().resolve("statements/h2.properties");
            String before = Files.readString(file).replaceAll("\\\\\n\\s*", "");
            String own = before.replace("nullif(cast(:?payload as varchar), '')", "'eget'");
            assertNotEquals(before, own);
            Files.writeString(file, own);
            bed.simulator().list("inntekt").generate(2, 2, 11, 0);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(
                    2,
                    receiver.jdbc()
                            .queryForObject("select count(*) from result where payload = 'eget'", Integer.class));
        }
    }
}

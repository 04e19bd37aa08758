package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.store.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import picocli.CommandLine;

@DisplayName("A store whose user may not make tables")
class SchemaCommandTest {
    private static final String SCHEMA = "skatt";

    @TempDir
    Path directory;

    private String printed(TestBed bed, String... arguments) {
        StringWriter out = new StringWriter();
        new CommandLine(new SchemaCommand(bed::settings))
                .setOut(new PrintWriter(out))
                .execute(arguments);
        return out.toString();
    }

    @Test
    @DisplayName(
            "It is refused, and works after its owner has run what schema prints, in a schema that is not public; Flyway agrees")
    void printedSchema() {
        try (TestBed bed = TestBed.withoutStore(directory, TestDatabase.POSTGRESQL)) {
            JdbcTemplate owner = bed.jdbc();
            String role = "jobb" + System.nanoTime();
            owner.execute("create role " + role + " login password 'x'");
            owner.execute("revoke create on schema public from public");
            String url = bed.storeUrl() + "?currentSchema=" + SCHEMA;
            bed.set("store.url", url).set("store.user", role).set("store.password", "x");
            bed.set("delivery.endpoints", "direct:database,direct:outbox");

            owner.execute("create schema " + SCHEMA);
            owner.execute("grant usage on schema " + SCHEMA + " to " + role);
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.contains("may not make tables in the schema skatt"), said);
            assertTrue(said.contains("java -jar delingsruter.jar schema prints"), said);

            owner.execute(printed(bed, "--schema=" + SCHEMA, "--role=" + role));
            bed.simulator().list("inntekt").generate(10, 10, 11, 0);
            bed.start();
            await(bed, 10);
            assertEquals(10, owner.queryForObject("select count(*) from skatt.result", Integer.class));
            assertEquals(10, owner.queryForObject("select count(*) from skatt.outbox", Integer.class));
            assertFalse(owner.queryForObject(
                    "select exists (select 1 from information_schema.tables where table_schema = 'public' and table_name = 'result')",
                    Boolean.class));
            bed.stop();
            Flyway flyway = Flyway.configure()
                    .dataSource(url, "postgres", "postgres")
                    .locations("classpath:db/postgresql", "classpath:db/postgresql-result")
                    .table("delingsruter_schema")
                    .load();
            flyway.validate();
            assertEquals(0, flyway.info().pending().length);
        }
    }

    private static void await(TestBed bed, int results) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> bed.jdbc().queryForObject("select count(*) from skatt.result", Integer.class) == results);
    }

    @Test
    @DisplayName("An older store is brought up to date by what schema --above prints")
    void update() {
        try (TestBed bed = TestBed.withoutStore(directory, TestDatabase.POSTGRESQL)) {
            Flyway.configure()
                    .dataSource(bed.storeUrl(), "postgres", "postgres")
                    .locations("classpath:db/postgresql", "classpath:db/postgresql-result")
                    .table("delingsruter_schema")
                    .target("12")
                    .load()
                    .migrate();
            String script = printed(bed, "--above=12");
            assertTrue(script.contains("create table if not exists outbox")
                    && !script.contains("create table if not exists operation"));
            bed.jdbc().execute(script);
            String role = "jobb" + System.nanoTime();
            bed.jdbc().execute("create role " + role + " login password 'x'");
            bed.jdbc().execute("revoke create on schema public from public");
            bed.jdbc().execute("grant select, insert, update, delete on all tables in schema public to " + role);
            bed.set("store.user", role).set("store.password", "x");
            bed.simulator().list("inntekt").generate(3, 3, 11, 0);
            bed.start().untilDone("inntekt", Duration.ofMinutes(1));
            assertEquals(3, bed.count("result"));
        }
    }

    @Test
    @DisplayName("What is printed for H2, Oracle, SQL Server and MariaDB runs in the order in which it is printed")
    void otherKinds() {
        try (TestBed bed = new TestBed(directory)) {
            JdbcTemplate h2 =
                    new JdbcTemplate(new DriverManagerDataSource("jdbc:h2:mem:schema;DB_CLOSE_DELAY=-1", "sa", ""));
            h2.execute(printed(bed));
            assertEquals(0, h2.queryForObject("select count(*) from outbox", Integer.class));
            for (String url : List.of("jdbc:oracle:thin:@x", "jdbc:sqlserver://x", "jdbc:mysql://x/y")) {
                bed.set("database.url", url);
                String script = printed(bed, "--database");
                assertTrue(script.contains("create view result_history"), script);
                assertFalse(script.contains("delingsruter_schema"), script);
            }
        }
    }
}

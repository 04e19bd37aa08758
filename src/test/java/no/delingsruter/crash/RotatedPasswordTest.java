package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.app.ChildJob;
import no.delingsruter.app.TestBed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class RotatedPasswordTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    @DisplayName("A password of the database that is rotated, with the file that holds it, needs no stop")
    void storePassword() throws Exception {
        Path data = directory.resolve("postgresql");
        Path secret = Files.writeString(directory.resolve("secret"), "before");
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .start();
                TestBed bed = new TestBed(Files.createDirectories(directory.resolve("job")))) {
            String url = server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
            JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "postgres", "postgres"));
            jdbc.execute("create role job superuser login password 'before'");
            Files.writeString(
                    data.resolve("pg_hba.conf"),
                    "local all all trust\nhost all postgres all trust\nhost all all all scram-sha-256\n");
            jdbc.execute("select pg_reload_conf()");
            bed.set("store.url", url).set("store.user", "job").set("store.password", "file:" + secret);
            bed.simulator().list("inntekt").generate(50, 50, 3, 0);
            try (ChildJob job = bed.child()) {
                await().atMost(PATIENCE).until(() -> results(jdbc) == 50 || !job.alive());
                assertTrue(job.alive(), job.output());
                Files.writeString(secret, "after");
                jdbc.execute("alter role job password 'after'");
                jdbc.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'job'");
                bed.simulator().list("inntekt").generate(50, 50, 4, 0);
                await().atMost(PATIENCE)
                        .until(() -> done(jdbc, bed.simulator().list("inntekt").lastSekvensnummer()) || !job.alive());
                assertTrue(job.alive(), job.output());
            }
        }
    }

    private static boolean done(JdbcTemplate jdbc, long last) {
        return jdbc.queryForObject("select sekvensnummer from checkpoint", Long.class) == last
                && jdbc.queryForObject("select count(*) from pending_lookup", Integer.class) == 0;
    }

    private static int results(JdbcTemplate jdbc) {
        try {
            return jdbc.queryForObject("select count(*) from result", Integer.class);
        } catch (org.springframework.dao.DataAccessException e) {
            return 0;
        }
    }
}

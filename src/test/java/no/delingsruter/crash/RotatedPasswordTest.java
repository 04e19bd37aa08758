package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import no.delingsruter.app.ChildJob;
import no.delingsruter.app.TestBed;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"jms,jms.broker-url,Unable to validate user", "amqp,amqp.url,failed to authenticate"})
    @DisplayName("... of the broker, too: messages go on with the new one as soon as the file holds it")
    void brokerPassword(String by, String address, String refused) throws Exception {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("job", "before");
        users.addRole("job", "all");
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ()
                .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setJMXManagementEnabled(false)
                .setAuthenticationCacheSize(0)
                .addAcceptorConfiguration("vm", "vm://9")
                .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:0?protocols=AMQP")
                .putSecurityRoles(
                        "#",
                        Set.of(new Role(
                                "all", true, true, true, true, true, true, true, true, true, true, true, true))));
        Path secret = Files.writeString(directory.resolve("secret"), "before");
        try (TestBed bed = new TestBed(Files.createDirectories(directory.resolve("job")))) {
            broker.start();
            NettyAcceptor amqp = (NettyAcceptor)
                    broker.getActiveMQServer().getRemotingService().getAcceptor("amqp");
            bed.simulator().list("inntekt").generate(20, 20, 3, 0);
            bed.set("delivery.endpoints", "direct:" + by)
                    .set(address, by.equals("jms") ? "vm://9" : "amqp://127.0.0.1:" + amqp.getActualPort())
                    .set(by + ".destination", "queue:rotated")
                    .set(by + ".user", "job");
            Files.writeString(
                    bed.config().resolve("application.properties"),
                    "\n" + by + ".password=file:" + secret + "\n",
                    StandardOpenOption.APPEND);
            bed.start().untilDone("inntekt", PATIENCE);
            users.addUser("job", "after");
            broker.getActiveMQServer().getActiveMQServerControl().closeConnectionsForUser("job");
            bed.simulator().list("inntekt").generate(20, 20, 4, 0);
            await().atMost(PATIENCE)
                    .until(() -> bed.application().alerts().open().toString().contains(refused));
            Files.writeString(secret, "after");
            bed.untilDone("inntekt", PATIENCE);
            assertEquals(0, bed.count("parked"));
        } finally {
            broker.stop();
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

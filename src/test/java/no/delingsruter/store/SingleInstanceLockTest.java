package no.delingsruter.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import no.delingsruter.configuration.ConfigurationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@SuppressWarnings("try")
class SingleInstanceLockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final AtomicBoolean lost = new AtomicBoolean();

    @Test
    @DisplayName("I11: a database that was out of reach is not 'taken over' by our own old session")
    void ownOldSession() throws Exception {
        String direct = TestDatabase.POSTGRESQL.url(directory);
        try (TcpProxy proxy = new TcpProxy(port(direct));
                SingleInstanceLock lock = lock(through(proxy, direct))) {
            JdbcTemplate jdbc = jdbc(direct);
            String before = holder(jdbc);
            proxy.cut();
            // Longer than it takes to notice
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            assertEquals(before, holder(jdbc), "the server has noticed nothing");
            proxy.mend();
            await().atMost(PATIENCE)
                    .until(() -> lost.get()
                            || (!holder(jdbc).isEmpty() && !holder(jdbc).equals(before)));
            assertFalse(lost.get(), "said that another process has taken over");
        }
    }

    @Test
    @DisplayName("I11: another process that has taken over is noticed")
    void takenOver() throws Exception {
        String direct = TestDatabase.POSTGRESQL.url(directory);
        try (TcpProxy proxy = new TcpProxy(port(direct));
                SingleInstanceLock lock = lock(through(proxy, direct))) {
            JdbcTemplate jdbc = jdbc(direct);
            proxy.cut();
            jdbc.queryForList("select pg_terminate_backend(" + holder(jdbc) + ")");
            try (SingleInstanceLock other = SingleInstanceLock.waitFor(direct, "postgres", "postgres", () -> {})) {
                proxy.mend();
                await().atMost(PATIENCE).until(lost::get);
            }
        }
    }

    @Test
    @DisplayName("I16: the lock of a host that dies without a word goes within half a minute")
    void deadHost() throws Exception {
        String direct = TestDatabase.POSTGRESQL.url(directory);
        try (TcpProxy proxy = new TcpProxy(port(direct));
                SingleInstanceLock lock = lock(through(proxy, direct))) {
            proxy.cut();
            long began = System.nanoTime();
            SingleInstanceLock.waitFor(direct, "postgres", "postgres", () -> {}).close();
            long seconds = (System.nanoTime() - began) / 1_000_000_000;
            assertTrue(seconds <= 30, "after " + seconds + " s");
        }
    }

    @Test
    @DisplayName("A database that is not up yet is waited for, and one that is restarted under a standby too")
    void notUpYet() throws Exception {
        int port = freePort();
        String url = "jdbc:postgresql://localhost:" + port + "/postgres";
        CompletableFuture<SingleInstanceLock> first = CompletableFuture.supplyAsync(() -> lock(url));
        await().pollDelay(Duration.ofSeconds(1)).until(() -> !first.isDone());
        Path data = directory.resolve("postgresql");
        EmbeddedPostgres server = postgresql(port, data);
        SingleInstanceLock held = first.get();
        CompletableFuture<SingleInstanceLock> standby = CompletableFuture.supplyAsync(() -> lock(url));
        await().pollDelay(Duration.ofSeconds(1)).until(() -> !standby.isDone());
        held.close();
        server.close();
        try (EmbeddedPostgres again = postgresql(port, data)) {
            await().atMost(PATIENCE).until(standby::isDone);
            standby.get().close();
        }
        assertFalse(lost.get());
    }

    @Test
    @DisplayName("A wrong database is refused at once")
    void wrongDatabase() {
        String url = TestDatabase.POSTGRESQL.url(directory) + "x";
        ConfigurationException e = assertThrows(
                ConfigurationException.class, () -> SingleInstanceLock.waitFor(url, "postgres", "postgres", () -> {}));
        assertTrue(
                e.getMessage().startsWith("store.url: the database cannot be used (SQL state 3D000)"), e.getMessage());
    }

    @Test
    @DisplayName("I11: a pooler that lends sessions to several clients is refused in one sentence")
    void pooler() throws Exception {
        Path program = Path.of("/usr/sbin/pgbouncer");
        assumeTrue(Files.isExecutable(program), "skipped: there is no pgbouncer here");
        assumeTrue(!"root".equals(System.getProperty("user.name")) || Files.isExecutable(Path.of("/usr/sbin/runuser")));
        String direct = TestDatabase.POSTGRESQL.url(directory);
        String name = direct.substring(direct.lastIndexOf('/') + 1);
        int port = freePort();
        Path folder = Files.createTempDirectory("pgbouncer");
        Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"postgres\"\n");
        Path ini = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                %s = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                auth_type = trust
                auth_file = %s/users.txt
                pool_mode = transaction
                ignore_startup_parameters = extra_float_digits
                unix_socket_dir =
                """.formatted(name, port(direct), port, folder));
        new ProcessBuilder("chmod", "-R", "a+rX", folder.toString()).start().waitFor();
        Process bouncer = new ProcessBuilder(
                        "root".equals(System.getProperty("user.name"))
                                ? new String[] {program.toString(), "-u", "nobody", ini.toString()}
                                : new String[] {program.toString(), ini.toString()})
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
            ConfigurationException e = assertThrows(ConfigurationException.class, () -> lock(url));
            assertTrue(e.getMessage().startsWith("store.url: it is the address of a pooler"), e.getMessage());
        } finally {
            bouncer.destroy();
        }
    }

    private SingleInstanceLock lock(String url) {
        try {
            return SingleInstanceLock.waitFor(url, "postgres", "postgres", () -> lost.set(true));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server's process that has the lock; empty for none. */
    private static String holder(JdbcTemplate jdbc) {
        return String.join(
                "",
                jdbc.queryForList(
                        "select pid::text from pg_locks where locktype = 'advisory' and granted and database ="
                                + " (select oid from pg_database where datname = current_database())",
                        String.class));
    }

    private static JdbcTemplate jdbc(String url) {
        return new JdbcTemplate(new DriverManagerDataSource(url, "postgres", "postgres"));
    }

    private static int port(String url) {
        return Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
    }

    private static String through(TcpProxy proxy, String url) {
        return url.replaceFirst("//[^/]*/", "//localhost:" + proxy.port() + "/");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static EmbeddedPostgres postgresql(int port, Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }
}

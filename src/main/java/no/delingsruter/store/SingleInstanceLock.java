package no.delingsruter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second process from working on the same PostgreSQL store, for two would have twice the calls open: an advisory lock on a
 * connection of its own. H2 sees to that itself, by locking its file.
 */
public final class SingleInstanceLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SingleInstanceLock.class);
    private static final long KEY = 0x64656c696e6773L;
    private static final int EVERY_SECONDS = 2;
    private static final int ANSWER_SECONDS = 10;
    /** The server gives up a session of which it hears nothing for so long, and with it the lock of a host that is gone. */
    private static final int SESSION_SECONDS = 20;

    private static final int FIRST_WITH_IDLE_TIMEOUT = 14;

    private final String url;
    private final String user;
    private final String password;
    private final Runnable lost;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "one-process");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Connection connection;
    /** The server's process of the session that has, or had, the lock: its number, and when it began. */
    private @Nullable String session;

    private SingleInstanceLock(String url, String user, String password, Runnable lost) {
        this.url = PostgreSql.address(url, ANSWER_SECONDS);
        this.user = user;
        this.password = password;
        this.lost = lost;
    }

    /**
     * Waits until the database is there and no other process works on the store.
     *
     * @param lost run when another process has taken over, after this one had lost its connection
     * @throws ConfigurationException when the database refuses the user, or is reached by a pooler that shares its sessions
     */
    public static SingleInstanceLock waitFor(String url, String user, String password, Runnable lost)
            throws InterruptedException {
        SingleInstanceLock one = new SingleInstanceLock(url, user, password, lost);
        if (!url.startsWith(PostgreSql.PREFIX)) {
            return one;
        }
        boolean said = false;
        while (!one.isTaken()) {
            if (!said) {
                LOG.info("Another process works on this store; waiting until it stops");
                said = true;
            }
            TimeUnit.SECONDS.sleep(EVERY_SECONDS);
        }
        var unused = one.timer.scheduleWithFixedDelay(one::keep, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return one;
    }

    /**
     * For a command: waits for nobody.
     *
     * @param prefix of the address, for messages
     * @throws ConfigurationException also when another process works on the store, or the database is out of reach
     */
    static SingleInstanceLock atOnce(String prefix, String url, String user, String password) throws SQLException {
        PostgreSql.understood(prefix, url);
        SingleInstanceLock one = new SingleInstanceLock(url, user, password, () -> {});
        one.refusePooler();
        if (!one.take()) {
            throw new ConfigurationException(
                    prefix + ".url: another process works on this store; stop that job first.");
        }
        return one;
    }

    /** The first time; a database that is away, or is restarted meanwhile, is waited for. */
    private boolean isTaken() throws InterruptedException {
        PostgreSql.await("store", url, user, password);
        try {
            refusePooler();
            return take();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Two sessions that are open at once are two processes of the server, and remain the same, unless a pooler lends them. */
    private void refusePooler() throws SQLException {
        try (Connection one = PostgreSql.connect(url, user, password);
                Connection other = PostgreSql.connect(url, user, password)) {
            String first = PostgreSql.text(one, "select pg_backend_pid()");
            other.setAutoCommit(false);
            String second = PostgreSql.text(other, "select pg_backend_pid()");
            if (String.valueOf(first).equals(second)
                    || !String.valueOf(first).equals(PostgreSql.text(one, "select pg_backend_pid()"))) {
                throw new ConfigurationException(
                        "store.url: it is the address of a pooler (such as pgbouncer) that lends one session of the database to several"
                                + " clients; give the database's own address, or set the pooler to session mode.");
            }
            other.rollback();
        }
    }

    private void keep() {
        try {
            if (connection != null && connection.isValid(EVERY_SECONDS)) {
                return;
            }
            close(connection);
            connection = null;
            endOwn();
            if (!take() && !ownIsThere()) {
                LOG.error("Another process has taken over this store while it was out of reach; this one stops");
                lost.run();
            }
        } catch (SQLException e) {
            // The database is away, and with it the work of every process; asked again
            close(connection);
            connection = null;
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            LOG.error("The lock of the store cannot be kept; tried again", e);
        }
    }

    /** The session that had the lock may live on at a server that has not noticed that its client is gone. */
    private void endOwn() throws SQLException {
        try (Connection candidate = PostgreSql.connect(url, user, password)) {
            PostgreSql.text(
                    candidate,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid || ' ' || backend_start = '"
                            + session + "'");
        }
    }

    private boolean ownIsThere() throws SQLException {
        try (Connection candidate = PostgreSql.connect(url, user, password)) {
            return !"0"
                    .equals(PostgreSql.text(
                            candidate,
                            "select count(*) from pg_stat_activity where pid || ' ' || backend_start = '" + session
                                    + "'"));
        }
    }

    private boolean take() throws SQLException {
        Connection candidate = PostgreSql.connect(url, user, password);
        try {
            if ("t".equals(PostgreSql.text(candidate, "select pg_try_advisory_lock(" + KEY + ")"))) {
                givesItselfUp(candidate);
                session = PostgreSql.text(
                        candidate,
                        "select pid || ' ' || backend_start from pg_stat_activity where pid = pg_backend_pid()");
                connection = candidate;
                return true;
            }
        } finally {
            if (connection != candidate) {
                close(candidate);
            }
        }
        return false;
    }

    /** So that the server ends it soon when this host is gone without a word. */
    private static void givesItselfUp(Connection candidate) throws SQLException {
        try (Statement statement = candidate.createStatement()) {
            statement.execute("set tcp_keepalives_idle = 10");
            statement.execute("set tcp_keepalives_interval = 5");
            statement.execute("set tcp_keepalives_count = 2");
            if (candidate.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_IDLE_TIMEOUT) {
                statement.execute("set idle_session_timeout = '" + SESSION_SECONDS + "s'");
            }
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone either way
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        close(connection);
    }
}

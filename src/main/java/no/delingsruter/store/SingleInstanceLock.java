package no.delingsruter.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

    private final String url;
    private final String user;
    private final String password;
    private final Runnable lost;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "one-process");
        thread.setDaemon(true);
        return thread;
    });
    private Connection connection;

    private SingleInstanceLock(String url, String user, String password, Runnable lost) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.lost = lost;
    }

    /**
     * Waits until no other process works on the store.
     *
     * @param lost run when another process has taken over, after this one had lost its connection
     */
    public static SingleInstanceLock waitFor(String url, String user, String password, Runnable lost)
            throws InterruptedException {
        SingleInstanceLock one = new SingleInstanceLock(url, user, password, lost);
        if (!url.startsWith("jdbc:postgresql:")) {
            return one;
        }
        boolean said = false;
        while (!one.take()) {
            if (!said) {
                LOG.info("Another process works on this store; waiting until it stops");
                said = true;
            }
            TimeUnit.SECONDS.sleep(EVERY_SECONDS);
        }
        var unused = one.timer.scheduleWithFixedDelay(one::keep, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return one;
    }

    private void keep() {
        try {
            if (connection != null && connection.isValid(EVERY_SECONDS)) {
                return;
            }
            if (!take()) {
                LOG.error("Another process has taken over this store while it was out of reach; this one stops");
                lost.run();
            }
        } catch (SQLException | StoreException e) {
            // The database is away, and with it the work of every process; asked again
            close(connection);
            connection = null;
        }
    }

    private boolean take() {
        close(connection);
        connection = null;
        Connection candidate = null;
        try {
            candidate = DriverManager.getConnection(url, user, password);
            try (Statement statement = candidate.createStatement();
                    ResultSet row = statement.executeQuery("select pg_try_advisory_lock(" + KEY + ")")) {
                row.next();
                if (row.getBoolean(1)) {
                    connection = candidate;
                    return true;
                }
            }
            close(candidate);
            return false;
        } catch (SQLException e) {
            close(candidate);
            throw new StoreException("The store cannot be reached", e);
        }
    }

    private static void close(Connection connection) {
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

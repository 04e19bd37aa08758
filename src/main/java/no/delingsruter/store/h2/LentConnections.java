package no.delingsruter.store.h2;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The store's connections, lent to all who work with it; whoever takes all of them knows that no transaction is open. */
final class LentConnections extends DelegatingDataSource {
    /** A step of a user's route may keep its transaction open for long; the others must not wait for it. */
    static final long LONGEST_WAIT_SECONDS = 5;

    private static final int CONNECTIONS = 1_000;

    /** All of them are taken at the moment that is written. Fair: a write must not wait for ever behind transactions. */
    private final Semaphore connections = new Semaphore(CONNECTIONS, true);
    /** Why nobody gets a connection: nothing can be written, and what was looked up now would be looked up in vain; null: all do. */
    private volatile @Nullable SQLException shut;

    LentConnections(DataSource pool) {
        super(pool);
    }

    @Override
    public Connection getConnection() throws SQLException {
        connections.acquireUninterruptibly();
        try {
            SQLException why = shut;
            if (why != null) {
                throw new SQLException(why.getMessage(), why.getSQLState());
            }
            return counted(super.getConnection());
        } catch (Throwable e) {
            connections.release();
            throw e;
        }
    }

    private Connection counted(Connection connection) {
        AtomicBoolean open = new AtomicBoolean(true);
        return (Connection) Proxy.newProxyInstance(
                LentConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (method.getName().equals("close") && open.getAndSet(false)) {
                            connections.release();
                        }
                    }
                });
    }

    /** @param why nobody gets a connection from now on; null when everybody does */
    void shut(@Nullable SQLException why) {
        shut = why;
    }

    boolean isShut() {
        return shut != null;
    }

    /** @return false when a transaction stays open for too long: then none has been taken */
    boolean takeAll() throws InterruptedException {
        return connections.tryAcquire(CONNECTIONS, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    }

    void giveAllBack() {
        connections.release(CONNECTIONS);
    }
}

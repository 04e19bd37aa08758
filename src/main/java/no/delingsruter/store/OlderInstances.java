package no.delingsruter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those that work on a PostgreSQL store with an older schema: it is changed when they have stopped, and by one at a time. */
final class OlderInstances {
    private static final Logger LOG = LoggerFactory.getLogger(OlderInstances.class);
    /** Versions without leases hold it as long as they work on the store. */
    private static final String LOCK = "select pg_try_advisory_xact_lock(" + 0x64656c696e6773L + ")";

    private OlderInstances() {}

    /**
     * Returns when none works on the store and none can begin to bring it up to date, which is so until the connection's transaction ends.
     *
     * @param connection of its own
     * @param done       whether another has brought it up to date meanwhile
     * @return false when there is nothing left to do
     */
    static boolean await(Connection connection, BooleanSupplier done) throws SQLException {
        connection.setAutoCommit(false);
        boolean said = false;
        while (!done.getAsBoolean()) {
            boolean alone = "t".equals(PostgreSql.text(connection, LOCK));
            String living = alone ? living(connection) : null;
            if (alone && living == null) {
                return true;
            }
            connection.rollback();
            if (!said) {
                said = true;
                LOG.info(
                        "store.url: the store is to be brought up to date; waiting until {} is stopped",
                        living == null ? "the process that works on it" : living);
            }
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConfigurationException("Stopped while the store is to be brought up to date.");
            }
        }
        return false;
    }

    /** The instances that work on the store; null for none. */
    static @Nullable String living(Connection connection) throws SQLException {
        if (PostgreSql.text(connection, "select to_regclass('instance')") == null) {
            return null;
        }
        return PostgreSql.text(
                connection,
                "select string_agg(name, ', ' order by name) from instance where until > clock_timestamp()");
    }
}

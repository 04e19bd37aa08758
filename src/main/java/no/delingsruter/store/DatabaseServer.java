package no.delingsruter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import no.delingsruter.configuration.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server, of whatever kind, that may not be up yet when the job starts. */
final class DatabaseServer {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseServer.class);
    private static final int EVERY_SECONDS = 2;
    private static final String WRONG_PROTOCOL = "08P01";
    /** What Oracle says of its network. */
    private static final String ORACLE_AWAY = "66000";

    private DatabaseServer() {}

    /**
     * Returns when the server answers; one that is not up yet is waited for, which is said once.
     *
     * @param prefix configuration prefix for messages
     * @throws ConfigurationException when it answers that this user, password or database is none of its own
     */
    static void await(String prefix, String url, String user, String password) throws InterruptedException {
        boolean postgreSql = url.startsWith(PostgreSql.PREFIX);
        boolean said = false;
        while (true) {
            try (Connection connection = PostgreSql.connect(url, user, password)) {
                if (postgreSql) {
                    PostgreSql.check(prefix, user, connection);
                }
                if (said) {
                    LOG.info("{}.url: the database answers", prefix);
                }
                return;
            } catch (SQLException e) {
                if (!waitingHelps(String.valueOf(e.getSQLState()))) {
                    throw PostgreSql.unusable(prefix, e);
                }
                if (!said) {
                    said = true;
                    LOG.warn(
                            "{}.url: the database cannot be reached ({}); waiting until it can",
                            prefix,
                            StoreException.kind(e));
                }
                TimeUnit.SECONDS.sleep(EVERY_SECONDS);
            }
        }
    }

    private static boolean waitingHelps(String state) {
        return (StoreException.isAway(state) || state.equals(ORACLE_AWAY)) && !state.equals(WRONG_PROTOCOL);
    }
}

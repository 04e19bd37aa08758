package no.delingsruter.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a PostgreSQL server is reached: addresses that do not wait for ever, and a server that is not up yet. */
final class PostgreSql {
    static final String PREFIX = "jdbc:postgresql:";
    /** Wrong user or password, no such database, no right to it, not what speaks the protocol: waiting does not mend it. */
    private static final Set<String> REFUSED = Set.of("28", "3D", "42", "0A");

    private static final String WRONG_PROTOCOL = "08P01";
    private static final String STARTING = "57P03";
    private static final Logger LOG = LoggerFactory.getLogger(PostgreSql.class);
    private static final int EVERY_SECONDS = 2;
    private static final String PROCESS = "select pg_backend_pid()";

    private PostgreSql() {}

    /**
     * What a connection needs so that a path that has gone dark is noticed; a parameter that the user gave is kept. The longest
     * statement of ours takes seconds.
     *
     * @param socketSeconds the longest wait for the server's answer; 0: for ever
     */
    static String address(String url, int socketSeconds) {
        String result = url;
        for (String parameter : new String[] {
            "reWriteBatchedInserts=true",
            "ApplicationName=delingsruter",
            "connectTimeout=10",
            "loginTimeout=15",
            "socketTimeout=" + socketSeconds,
            "tcpKeepAlive=true"
        }) {
            String name = parameter.substring(0, parameter.indexOf('=') + 1);
            if (!result.contains("?" + name) && !result.contains("&" + name)) {
                result += (result.contains("?") ? "&" : "?") + parameter;
            }
        }
        return result.matches("jdbc:postgresql://[^/?]*,.*") && !result.contains("targetServerType=")
                ? result + "&targetServerType=primary"
                : result;
    }

    /**
     * Of the connections for the leases: whatever takes longer than {@code seconds} is given up. To prepare a statement would cost a second
     * way to the server and back.
     */
    static String leases(String url, int seconds) {
        String own = url;
        for (String bound : List.of("socketTimeout", "connectTimeout", "loginTimeout")) {
            own = own.replaceAll("([?&])" + bound + "=[^&]*&?", "$1");
            own += (own.contains("?") ? "&" : "?") + bound + "=" + seconds;
        }
        return throughPooler(address(own, seconds));
    }

    /**
     * Whether the address is that of a pooler which lends one session of the server to several clients, as pgbouncer does in transaction
     * mode: two that are open at once are two processes of the server else, and remain the same.
     */
    static boolean isSharedByPooler(String url, String user, String password) throws SQLException {
        try (Connection one = connect(url, user, password);
                Connection other = connect(url, user, password)) {
            String first = text(one, PROCESS);
            other.setAutoCommit(false);
            String second = text(other, PROCESS);
            boolean shared = String.valueOf(first).equals(second)
                    || !String.valueOf(first).equals(text(one, PROCESS));
            other.rollback();
            return shared;
        }
    }

    /** Whether {@link #throughPooler} made the address, or the user said the same. */
    static boolean goesThroughPooler(String url) {
        return url.contains("prepareThreshold=0");
    }

    /** Statements that the server was to remember would be another client's session's. */
    static String throughPooler(String url) {
        return url.contains("prepareThreshold=") ? url : url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0";
    }

    /**
     * Returns when the server answers; one that is not up yet is waited for, which is said once.
     *
     * @param prefix configuration prefix for messages
     * @throws ConfigurationException when it answers that this user, password or database is none of its own
     */
    static void await(String prefix, String url, String user, String password) throws InterruptedException {
        understood(prefix, url);
        boolean said = false;
        while (true) {
            try (Connection connection = connect(url, user, password)) {
                check(prefix, user, connection);
                if (said) {
                    LOG.info("{}.url: the database answers", prefix);
                }
                return;
            } catch (SQLException e) {
                String state = String.valueOf(e.getSQLState());
                if (!waitingHelps(state)) {
                    throw unusable(prefix, e);
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

    /** What a failure to connect is to the user. */
    static ConfigurationException unusable(String prefix, SQLException e) {
        return new ConfigurationException(prefix + ".url: the database cannot be used (" + StoreException.kind(e)
                + "); check that it is there, and " + prefix + ".user and " + prefix + ".password.");
    }

    /** @throws ConfigurationException when the driver does not take it; it may have a password in it, and is not shown */
    static void understood(String prefix, String url) {
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new ConfigurationException(
                    prefix
                            + ".url: the driver does not understand it; it is jdbc:postgresql://host:port/database, perhaps with ?parameter=value&...");
        }
    }

    private static boolean waitingHelps(String state) {
        return state.equals(STARTING)
                || ((state.startsWith("08") || state.startsWith("53") || state.startsWith("57"))
                        && !state.equals(WRONG_PROTOCOL)
                        && !REFUSED.contains(state.substring(0, 2)));
    }

    /** A connection of its own. */
    static Connection connect(String url, String user, String password) throws SQLException {
        return user.isEmpty() ? DriverManager.getConnection(url) : DriverManager.getConnection(url, user, password);
    }

    private static void check(String prefix, String user, Connection connection) throws SQLException {
        refuseMissingSchema(prefix, user, connection);
        lettersThatDoNotFit(prefix, connection).ifPresent(LOG::warn);
    }

    /** @throws ConfigurationException when there is no schema for the tables */
    static void refuseMissingSchema(String prefix, String user, Connection connection) throws SQLException {
        if (text(connection, "select current_schema()") == null) {
            throw new ConfigurationException(prefix + ".url: the schema that it names (currentSchema) is not there, or "
                    + prefix + ".user may not use it; create it first: create schema ... authorization " + name(user));
        }
    }

    /** Why some names cannot be stored; empty when all can. */
    static Optional<String> lettersThatDoNotFit(String prefix, Connection connection) throws SQLException {
        return "UTF8".equals(text(connection, "show server_encoding"))
                ? Optional.empty()
                : Optional.of(
                        prefix
                                + ".url: the database does not store text as UTF8: names with letters that it does not know (č, đ, ŋ, š, ŧ, ž) cannot be delivered there");
    }

    /** Why the schema's tables cannot be made; null when they can. */
    static @Nullable String mayNotCreate(Connection connection, String prefix) throws SQLException {
        String schema = text(connection, "select current_schema()");
        return "t".equals(text(connection, "select has_schema_privilege(current_schema(), 'create')"))
                ? null
                : prefix + ".user may not make tables in the schema " + schema
                        + " (PostgreSQL 15 and later grants that to nobody by itself): grant create on schema " + schema
                        + " to it, start once as the schema's owner, or let the owner run what java -jar delingsruter.jar schema prints";
    }

    private static String name(String user) {
        return user.isEmpty() ? "..." : user;
    }

    static @Nullable String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}

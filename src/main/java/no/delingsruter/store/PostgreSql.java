package no.delingsruter.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a PostgreSQL server is reached: addresses that do not wait for ever, and what a start asks of it. */
final class PostgreSql {
    static final String PREFIX = "jdbc:postgresql:";
    private static final Logger LOG = LoggerFactory.getLogger(PostgreSql.class);
    private static final int ANSWER_SECONDS = 10;
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
     * mode: two that are open at once are two processes of the server else, and each remains the same, whichever has a transaction.
     */
    static boolean isSharedByPooler(String url, String user, String password) throws SQLException {
        try (Connection one = connect(url, user, password);
                Connection other = connect(url, user, password)) {
            String first = text(one, PROCESS);
            other.setAutoCommit(false);
            String second = text(other, PROCESS);
            boolean shared = String.valueOf(first).equals(second)
                    || !String.valueOf(first).equals(text(one, PROCESS));
            other.setAutoCommit(true);
            return shared || !String.valueOf(second).equals(text(other, PROCESS));
        }
    }

    /**
     * The address as it is to be used, of whatever database: what stands between it and us is said, and statements that the server was to
     * remember would be another client's session's there.
     */
    static String asReached(String prefix, String url, String user, String password) throws SQLException {
        if (!url.startsWith(PREFIX)
                || goesThroughPooler(url)
                || !isSharedByPooler(address(url, ANSWER_SECONDS), user, password)) {
            return url;
        }
        LOG.info(
                "{}.url: reached by a pooler that lends sessions of the database to several clients (pgbouncer in transaction mode); statements are not prepared there (prepareThreshold=0)",
                prefix);
        return throughPooler(url);
    }

    /** Whether {@link #asReached} made the address, or the user said the same. */
    static boolean goesThroughPooler(String url) {
        return url.contains("prepareThreshold=0");
    }

    private static String throughPooler(String url) {
        return url.contains("prepareThreshold=") ? url : url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0";
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

    /** A connection of its own. */
    static Connection connect(String url, String user, String password) throws SQLException {
        return user.isEmpty() ? DriverManager.getConnection(url) : DriverManager.getConnection(url, user, password);
    }

    /** Says or refuses what a start would fall over later. */
    static void check(String prefix, String user, Connection connection) throws SQLException {
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

    /** @throws ConfigurationException when the schema's tables cannot be made */
    static void refuseUnlessMayCreate(String prefix, Connection connection) throws SQLException {
        if (!"t".equals(text(connection, "select has_schema_privilege(current_schema(), 'create')"))) {
            String schema = text(connection, "select current_schema()");
            throw new ConfigurationException(
                    prefix + ".url: " + prefix + ".user may not make tables in the schema "
                            + schema
                            + " (PostgreSQL 15 and later grants that to nobody by itself): grant create on schema "
                            + schema
                            + " to it, start once as the schema's owner, or let the owner run what java -jar delingsruter.jar schema prints.");
        }
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

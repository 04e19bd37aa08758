package no.delingsruter.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import no.delingsruter.configuration.ConfigurationException;

/** The tables of direct:database where Flyway keeps no history: a script, for us to run once or for a database administrator. */
final class ReceiverTables {
    private static final List<String> NAMES = List.of("result", "result_earlier", "result_history");

    private ReceiverTables() {}

    /** @throws ConfigurationException when the driver of such an address is not there; it may have a password in it, and is not shown */
    static void refuseMissingDriver(String prefix, String url) {
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new ConfigurationException(prefix + ".url: the driver for " + scheme(url)
                    + " is not there, or does not understand the address; put "
                    + Dialect.of(prefix, url).driver()
                    + " into ext/.");
        }
    }

    private static String scheme(String url) {
        String[] parts = url.split(":", 3);
        return parts[0] + ":" + parts[1] + ":";
    }

    /** The script for a kind of database. */
    static String script(Dialect dialect) {
        String name = "/db/" + dialect.text() + "-result/tables.sql";
        try (InputStream in = ReceiverTables.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes the tables where none is there; looks at them where they are.
     *
     * @throws ConfigurationException when they cannot be made, or some are missing
     */
    static void ensure(String prefix, Dialect dialect, Connection connection) throws SQLException {
        List<String> missing = missing(connection);
        if (missing.isEmpty()) {
            return;
        }
        if (missing.size() < NAMES.size()) {
            throw new ConfigurationException(
                    prefix + ".url: " + String.join(", ", missing)
                            + " is not there, or may not be read, and the others are; let an administrator look at what java -jar delingsruter.jar schema --database prints.");
        }
        try (Statement statement = connection.createStatement()) {
            for (String each : statements(script(dialect))) {
                statement.execute(each);
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw new ConfigurationException(prefix + ".url: its tables are not there, and " + prefix
                    + ".user cannot make them (" + StoreException.kind(e)
                    + "); let an administrator run what java -jar delingsruter.jar schema --database prints.");
        }
    }

    /** Which of the tables and the view cannot be read. */
    static List<String> missing(Connection connection) {
        return NAMES.stream().filter(name -> !readable(connection, name)).toList();
    }

    private static boolean readable(Connection connection, String name) {
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery("select version from " + name + " where 1 = 0")
                    .close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static List<String> statements(String script) {
        return Arrays.stream(script.replaceAll("(?m)^--.*$", "").split(";\\s*(\\n|$)"))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }
}

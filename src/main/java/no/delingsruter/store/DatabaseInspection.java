package no.delingsruter.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.support.Folders;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A look at a database before a start: nothing in it is changed, and none is made.
 *
 * @param said  half a sentence: what is there
 * @param doubt what may be wrong, with its cure; empty for nothing
 */
public record DatabaseInspection(String said, Optional<String> doubt) {
    private static final int ANSWER_SECONDS = 5;

    /**
     * @param prefix of the configuration, {@code store} or {@code database}
     * @throws ConfigurationException when a start could not use it, or would wait for it; one sentence with the cure
     */
    public static DatabaseInspection of(String prefix, String url, String user, String password) {
        Dialect dialect = prefix.equals("store") ? Dialect.H2 : Dialect.of(prefix, url);
        if (!dialect.hasHistory()) {
            return other(prefix, url, user, password);
        }
        DatabaseAddress.kind(prefix, url);
        return url.startsWith(PostgreSql.PREFIX)
                ? server(prefix, PostgreSql.address(url, ANSWER_SECONDS), user, password)
                : H2File.of(url)
                        .map(file -> file(prefix, file, url, user, password))
                        .orElseGet(() -> new DatabaseInspection(
                                "a database in memory",
                                Optional.of(prefix
                                        + ".url: what is in memory is lost at the end; name a file or a PostgreSQL")));
    }

    /** Whether an instance holds leases in the store at this moment: a job works on it. */
    public static boolean isWorkedOn(String url, String user, String password) {
        if (!url.startsWith(PostgreSql.PREFIX)) {
            return false;
        }
        try (Connection connection = PostgreSql.connect(PostgreSql.address(url, ANSWER_SECONDS), user, password)) {
            return OlderInstances.living(connection) != null;
        } catch (SQLException e) {
            return false;
        }
    }

    private static DatabaseInspection server(String prefix, String url, String user, String password) {
        PostgreSql.understood(prefix, url);
        try (Connection connection = PostgreSql.connect(url, user, password)) {
            String version = "PostgreSQL " + PostgreSql.text(connection, "show server_version");
            PostgreSql.refuseMissingSchema(prefix, user, connection);
            SchemaHistory history = new SchemaHistory(
                    new SingleConnectionDataSource(connection, true),
                    SchemaHistory.scripts("postgresql", prefix.equals("store")));
            int theirs = history.isEmpty() ? 0 : history.newest();
            String schema = schema(prefix, theirs, history.newestOfAll());
            if (!schema.isEmpty()) {
                PostgreSql.refuseUnlessMayCreate(prefix, connection);
            }
            if (PostgreSql.isSharedByPooler(url, user, password)) {
                version += " behind a pooler in transaction mode";
            }
            return new DatabaseInspection(version + schema, PostgreSql.lettersThatDoNotFit(prefix, connection));
        } catch (SQLException e) {
            throw PostgreSql.unusable(prefix, e);
        }
    }

    private static DatabaseInspection other(String prefix, String url, String user, String password) {
        ReceiverTables.refuseMissingDriver(prefix, url);
        try (Connection connection = PostgreSql.connect(url, user, password)) {
            String what = connection.getMetaData().getDatabaseProductName() + " "
                    + connection.getMetaData().getDatabaseProductVersion();
            return new DatabaseInspection(
                    what.lines().findFirst().orElse("")
                            + (ReceiverTables.missing(connection).isEmpty()
                                    ? ""
                                    : ", without our tables: the start makes them if " + prefix + ".user may"),
                    Optional.empty());
        } catch (SQLException e) {
            throw PostgreSql.unusable(prefix, e);
        }
    }

    private static DatabaseInspection file(String prefix, H2File file, String url, String user, String password) {
        if (Files.exists(file.data())) {
            try {
                Databases.openStoreAsItIs(prefix, url, user, password, 1).close();
                return new DatabaseInspection("the file " + file.data(), Optional.empty());
            } catch (SchemaMigration.OlderException e) {
                return new DatabaseInspection(
                        "the file " + file.data() + ", of an older version: the start brings it up to date",
                        Optional.empty());
            }
        }
        Path folder = Folders.above(file.data());
        if (!Folders.take(folder)) {
            throw new ConfigurationException(prefix + ".url: the file " + file.data() + " cannot be made, for " + folder
                    + " cannot be written; give this user the right, or name another place.");
        }
        return new DatabaseInspection(
                "the file " + file.data() + " is not there yet, and is made at the start", Optional.empty());
    }

    private static String schema(String prefix, int theirs, int ours) {
        SchemaMigration.refuseNewer(prefix, theirs, ours);
        return theirs == 0
                ? ", without our tables: the start makes them"
                : theirs < ours && prefix.equals("store")
                        ? ", of an older version: the start brings it up to date"
                        : "";
    }
}

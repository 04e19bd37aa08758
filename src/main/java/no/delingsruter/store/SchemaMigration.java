package no.delingsruter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings a database's schema up to date. */
record SchemaMigration(String prefix, String url, String user, Supplier<String> password) {
    /**
     * Waits until no instance with an older schema works on a shared store.
     *
     * @param allowed whether it may be brought up to date
     * @throws ConfigurationException when it may not, or is of a newer version
     */
    void run(DataSource dataSource, SchemaHistory history, boolean allowed, String... locations) throws SQLException {
        if (!allowed || !url.startsWith(PostgreSql.PREFIX) || locations.length == 1) {
            migrate(dataSource, history, allowed, locations);
            return;
        }
        try (Connection own = PostgreSql.connect(url, user, password.get())) {
            if (OlderInstances.await(own, history::complete)) {
                migrate(dataSource, history, true, locations);
            }
        }
    }

    private void migrate(DataSource dataSource, SchemaHistory history, boolean allowed, String... locations)
            throws SQLException {
        int theirs = history.newest();
        int ours = history.newestOfAll();
        refuseNewer(prefix, theirs, ours);
        if (!allowed) {
            throw new OlderException(prefix + ".url: the database is of an older version (schema " + theirs
                    + ", this program's is " + ours
                    + "), whose job may be running; stop that job and start the new one, which brings it up to date.");
        }
        if (url.startsWith(PostgreSql.PREFIX)) {
            try (Connection connection = dataSource.getConnection()) {
                PostgreSql.refuseUnlessMayCreate(prefix, connection);
            }
        }
        FluentConfiguration flyway = Flyway.configure();
        if (url.startsWith(PostgreSql.PREFIX)) {
            // A large table may take longer than any statement later
            flyway.dataSource(
                    PostgreSql.address(
                            url.replaceAll(
                                    "([?&])socketTimeout=" + DatabaseAddress.SOCKET_SECONDS + "(?=&|$)",
                                    "$1socketTimeout=0"),
                            0),
                    user.isEmpty() ? null : user,
                    user.isEmpty() ? null : password.get());
        } else {
            flyway.dataSource(dataSource);
        }
        flyway.locations(locations)
                .failOnMissingLocations(true)
                .table(SchemaHistory.TABLE)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    /** @throws ConfigurationException when {@code theirs} is a schema of a later version of this program */
    static void refuseNewer(String prefix, int theirs, int ours) {
        if (theirs > ours) {
            throw new ConfigurationException(
                    prefix + ".url: the database was written by a newer version of this program (schema "
                            + theirs + ", this one's is " + ours
                            + "); start the newer version, or restore the backup that was made before it.");
        }
    }

    /** The database is one that a start would bring up to date. */
    static final class OlderException extends ConfigurationException {
        private static final long serialVersionUID = 1L;

        OlderException(String message) {
            super(message);
        }
    }
}

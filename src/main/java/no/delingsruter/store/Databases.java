package no.delingsruter.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.support.OwnerOnlyFiles;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a database and brings its schema up to date. */
public final class Databases {
    static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = PostgreSql.PREFIX;
    /** Above our longest statement. */
    private static final int SOCKET_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(Databases.class);
    /** Larger files are no new ones. */
    private static final int CUT = 65_536;

    private static final long LEAST_CACHE_KILOBYTES = 16 * 1024L;
    private static final long MOST_CACHE_KILOBYTES = 256 * 1024L;

    private static final int AT_ONCE = 0;
    /** The {@link Durability} of the store has written long before. */
    private static final int WRITE_BEHIND = 60_000;

    private final String prefix;
    private final String url;
    private final String user;
    private final Supplier<String> password;

    private Databases(String prefix, String url, String user, Supplier<String> password) {
        this.prefix = prefix;
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /**
     * The store, with the tables of direct:database in it, brought up to date when no instance with an older schema works on it.
     *
     * @param prefix configuration prefix for messages, {@code store} or {@code database}
     * @throws ConfigurationException when it cannot be reached or is not a database of ours
     */
    public static HikariDataSource openStore(String prefix, String url, String user, String password, int connections) {
        return openStore(prefix, url, user, () -> password, connections);
    }

    /** @param password asked for whenever a connection is opened: it may have been rotated */
    public static HikariDataSource openStore(
            String prefix, String url, String user, Supplier<String> password, int connections) {
        String kind = kind(prefix, url);
        return new Databases(prefix, parameters(url, WRITE_BEHIND), user, password)
                .open(connections, true, "classpath:db/" + kind, "classpath:db/" + kind + "-result");
    }

    /**
     * The store as it is, for a command beside a job that may be running.
     *
     * @throws ConfigurationException also when the program's schema is a newer one
     */
    public static HikariDataSource openStoreAsItIs(
            String prefix, String url, String user, String password, int connections) {
        String kind = kind(prefix, url);
        String reached;
        try {
            reached = PostgreSql.asReached(prefix, url, user, password);
        } catch (SQLException e) {
            throw PostgreSql.unusable(prefix, e);
        }
        return new Databases(prefix, parameters(reached, WRITE_BEHIND), user, () -> password)
                .open(connections, false, "classpath:db/" + kind, "classpath:db/" + kind + "-result");
    }

    /** Whether an instance is at work on a store on PostgreSQL. */
    public static boolean isWorkedOn(DataSource store) {
        try (Connection connection = store.getConnection()) {
            return OlderInstances.living(connection) != null;
        } catch (SQLException e) {
            throw new StoreException("The store's instances cannot be read", e);
        }
    }

    /** A database that only receives results. The store relies on what it has committed. A server that is not up yet is waited for. */
    public static HikariDataSource openReceiver(
            String prefix, String url, String user, Supplier<String> password, int connections) {
        Dialect dialect = Dialect.of(prefix, url);
        if (!dialect.hasHistory()) {
            ReceiverTables.refuseMissingDriver(prefix, url);
            return new Databases(prefix, writing(await(prefix, url, user, password), AT_ONCE), user, password)
                    .openTables(dialect, connections);
        }
        String kind = kind(prefix, url);
        return new Databases(prefix, writing(await(prefix, url, user, password), AT_ONCE), user, password)
                .open(connections, true, "classpath:db/" + kind + "-result");
    }

    private static String await(String prefix, String url, String user, Supplier<String> password) {
        try {
            return StoreAddress.await(prefix, url, user, password).url();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Stopped while " + prefix + ".url is out of reach.");
        }
    }

    /** @throws ConfigurationException when it is an address of neither */
    static String kind(String prefix, String url) {
        if (url.startsWith(H2)) {
            return "h2";
        }
        if (url.startsWith(POSTGRESQL)) {
            PostgreSql.understood(prefix, url);
            return "postgresql";
        }
        throw new ConfigurationException(
                prefix + ".url is not a JDBC address of H2 (jdbc:h2:...) or PostgreSQL (jdbc:postgresql:...).");
    }

    /** Of another kind than the store may be. */
    private HikariDataSource openTables(Dialect dialect, int connections) {
        HikariDataSource dataSource = null;
        try {
            dataSource = new HikariDataSource(pool(connections));
            try (Connection connection = dataSource.getConnection()) {
                ReceiverTables.ensure(prefix, dialect, connection);
            }
            return dataSource;
        } catch (SQLException | HikariPool.PoolInitializationException e) {
            close(dataSource);
            throw unusable(e);
        } catch (ConfigurationException e) {
            close(dataSource);
            throw e;
        }
    }

    private ConfigurationException unusable(Exception e) {
        return new ConfigurationException(prefix + ".url: the database cannot be used ("
                + StoreException.kind(root(e)) + "); check that it is there, that nobody else has it open, and "
                + prefix + ".user and " + prefix + ".password.");
    }

    private HikariConfig pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(prefix);
        config.setDataSource(
                user.isEmpty() && url.startsWith(H2)
                        ? new RotatedCredentials(url, "sa", () -> "")
                        : new RotatedCredentials(url, user, password));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(5_000);
        if (url.startsWith(POSTGRESQL) && !url.contains("prepareThreshold=0")) {
            // A statement is planned while its table is small and the plan is kept: reading all of ten rows would stay
            // reading all
            config.setConnectionInitSql("set enable_seqscan = off");
        }
        return config;
    }

    private HikariDataSource open(int connections, boolean migrate, String... locations) {
        HikariDataSource dataSource = null;
        try {
            long length = ownerOnly();
            dataSource = new HikariDataSource(pool(connections));
            if (locations.length > 1) {
                StoreMove.refuseMoved(prefix, dataSource);
            }
            SchemaHistory history = new SchemaHistory(dataSource, locations);
            if (!history.complete()) {
                if (length > CUT && history.isEmpty()) {
                    throw new ConfigurationException(damaged());
                }
                alone(dataSource, history, migrate, locations);
            }
            return dataSource;
        } catch (FlywayException | SQLException | HikariPool.PoolInitializationException e) {
            close(dataSource);
            throw unusable(e);
        } catch (ConfigurationException e) {
            close(dataSource);
            throw e;
        }
    }

    private static void close(@Nullable HikariDataSource dataSource) {
        if (dataSource != null) {
            dataSource.close();
        }
    }

    private void alone(DataSource dataSource, SchemaHistory history, boolean allowed, String... locations)
            throws SQLException {
        if (!allowed || !url.startsWith(POSTGRESQL) || locations.length == 1) {
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
            throw new OlderSchemaException(prefix + ".url: the database is of an older version (schema " + theirs
                    + ", this program's is " + ours
                    + "), whose job may be running; stop that job and start the new one, which brings it up to date.");
        }
        if (url.startsWith(POSTGRESQL)) {
            try (Connection connection = dataSource.getConnection()) {
                String refused = PostgreSql.mayNotCreate(connection, prefix);
                if (refused != null) {
                    throw new ConfigurationException(prefix + ".url: " + refused + ".");
                }
            }
        }
        FluentConfiguration flyway = Flyway.configure();
        if (url.startsWith(POSTGRESQL)) {
            // A large table may take longer than any statement later
            flyway.dataSource(
                    PostgreSql.address(
                            url.replaceAll("([?&])socketTimeout=" + SOCKET_SECONDS + "(?=&|$)", "$1socketTimeout=0"),
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
    static final class OlderSchemaException extends ConfigurationException {
        private static final long serialVersionUID = 1L;

        OlderSchemaException(String message) {
            super(message);
        }
    }

    private String damaged() {
        return prefix + ".url: the file " + H2File.of(url).map(H2File::data).orElseThrow()
                + " is damaged or cut short, and is not taken for a new one: restore a backup of it, or move it away to begin anew (all is then read and looked up again).";
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null
                && StoreException.kind(root).equals(root.getClass().getSimpleName())) {
            root = root.getCause();
        }
        return root;
    }

    /** By itself H2 writes half a second after the commit. */
    private static String writing(String url, int delayMillis) {
        if (url.startsWith(POSTGRESQL)) {
            return PostgreSql.address(url, SOCKET_SECONDS);
        }
        return url.startsWith(H2) && !url.toUpperCase(Locale.ROOT).contains(";WRITE_DELAY=")
                ? url + ";WRITE_DELAY=" + delayMillis
                : url;
    }

    /** The address of an embedded store that is there, for reading alone. */
    static String reading(String url) {
        return parameters(url, WRITE_BEHIND) + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r";
    }

    /** An eighth of the heap, within bounds. */
    private static long cacheKilobytes(long heap) {
        return Math.max(LEAST_CACHE_KILOBYTES, Math.min(heap / 8 / 1024, MOST_CACHE_KILOBYTES));
    }

    /** What each database needs to be quick and discreet; a parameter that the user gave is kept. */
    private static String parameters(String url, int delayMillis) {
        if (!url.startsWith(H2)) {
            return writing(url, delayMillis);
        }
        String upper = url.toUpperCase(Locale.ROOT);
        StringBuilder result = new StringBuilder(url);
        if (!upper.contains(";QUERY_CACHE_SIZE=")) {
            result.append(";QUERY_CACHE_SIZE=64");
        }
        // Else 16 MB whatever the heap, and a large store's pages are read from the file again and again
        if (!upper.contains(";CACHE_SIZE=")) {
            result.append(";CACHE_SIZE=")
                    .append(cacheKilobytes(Runtime.getRuntime().maxMemory()));
        }
        // Its own log quotes statements with their values
        if (!upper.contains(";TRACE_LEVEL_FILE=")) {
            result.append(";TRACE_LEVEL_FILE=0");
        }
        if (!upper.contains(";DB_CLOSE_ON_EXIT=")) {
            result.append(";DB_CLOSE_ON_EXIT=FALSE");
        }
        return writing(result.toString(), delayMillis);
    }

    /**
     * H2 would make its file with whatever the process's mask allows; it takes an empty file of ours instead.
     *
     * @return how long the file is; 0 for none
     */
    private long ownerOnly() {
        Optional<H2File> found = H2File.of(url);
        if (found.isEmpty()) {
            return 0;
        }
        H2File file = found.get();
        try {
            OwnerOnlyFiles.directory(file.base().getParent());
            if (!Files.exists(file.data())) {
                if (prefix.equals("store") && file.wasThere()) {
                    LOG.warn(
                            "{}.url: the file {} is not there, though a job has worked on it: a new store is begun, and all is read and"
                                    + " looked up again; if that is not wanted, stop the job and put the file, or a backup of it, back",
                            prefix,
                            file.data());
                }
                OwnerOnlyFiles.file(file.data());
                return 0;
            }
            OwnerOnlyFiles.file(file.data());
            switch (file.missing()) {
                case MORE -> throw new ConfigurationException(damaged());
                case LATEST_STATE ->
                    LOG.warn(
                            "{}.url: the end of the file {} is missing; it goes back to the last state that is whole, and what came after is read and looked up again",
                            prefix,
                            file.data());
                case NOTHING -> {}
            }
            return Files.size(file.data());
        } catch (IOException e) {
            throw new ConfigurationException(prefix + ".url: the file " + file.data() + " "
                    + OwnerOnlyFiles.foreign(file.data())
                            .orElse("cannot be made, read and written ("
                                    + e.getClass().getSimpleName() + ")")
                    + ".");
        }
    }
}

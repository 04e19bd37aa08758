package no.delingsruter.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** Opens a database and brings its schema up to date. */
public final class Databases {
    /** Larger files are no new ones. */
    private static final int CUT = 65_536;

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
        String kind = DatabaseAddress.kind(prefix, url);
        return new Databases(prefix, DatabaseAddress.ofStore(url), user, password)
                .open(connections, true, SchemaHistory.scripts(kind, true));
    }

    /**
     * The store as it is, for a command beside a job that may be running.
     *
     * @throws ConfigurationException also when the program's schema is a newer one
     */
    public static HikariDataSource openStoreAsItIs(
            String prefix, String url, String user, String password, int connections) {
        String kind = DatabaseAddress.kind(prefix, url);
        String reached;
        try {
            reached = PostgreSql.asReached(prefix, url, user, password);
        } catch (SQLException e) {
            throw PostgreSql.unusable(prefix, e);
        }
        return new Databases(prefix, DatabaseAddress.ofStore(reached), user, () -> password)
                .open(connections, false, SchemaHistory.scripts(kind, true));
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
            return new Databases(prefix, DatabaseAddress.ofReceiver(await(prefix, url, user, password)), user, password)
                    .openTables(dialect, connections);
        }
        String kind = DatabaseAddress.kind(prefix, url);
        return new Databases(prefix, DatabaseAddress.ofReceiver(await(prefix, url, user, password)), user, password)
                .open(connections, true, SchemaHistory.scripts(kind, false));
    }

    private static String await(String prefix, String url, String user, Supplier<String> password) {
        try {
            return StoreAddress.await(prefix, url, user, password).url();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Stopped while " + prefix + ".url is out of reach.");
        }
    }

    /** Of another kind than the store may be. */
    private HikariDataSource openTables(Dialect dialect, int connections) {
        return opened(connections, dataSource -> {
            try (Connection connection = dataSource.getConnection()) {
                ReceiverTables.ensure(prefix, dialect, connection);
            }
        });
    }

    private interface Opening {
        void with(HikariDataSource dataSource) throws SQLException;
    }

    private HikariDataSource opened(int connections, Opening opening) {
        HikariDataSource dataSource = null;
        try {
            dataSource = new HikariDataSource(pool(connections));
            opening.with(dataSource);
            return dataSource;
        } catch (FlywayException | SQLException | HikariPool.PoolInitializationException e) {
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
                user.isEmpty() && url.startsWith(DatabaseAddress.H2)
                        ? new RotatedCredentials(url, "sa", () -> "")
                        : new RotatedCredentials(url, user, password));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(5_000);
        if (url.startsWith(PostgreSql.PREFIX) && !url.contains("prepareThreshold=0")) {
            // A statement is planned while its table is small and the plan is kept: reading all of ten rows would stay
            // reading all
            config.setConnectionInitSql("set enable_seqscan = off");
        }
        return config;
    }

    private HikariDataSource open(int connections, boolean migrate, String... locations) {
        StoreFileCheck file = new StoreFileCheck(prefix, url);
        long length = file.prepare();
        return opened(connections, dataSource -> {
            if (locations.length > 1) {
                StoreMove.refuseMoved(prefix, dataSource);
            }
            SchemaHistory history = new SchemaHistory(dataSource, locations);
            if (!history.complete()) {
                if (length > CUT && history.isEmpty()) {
                    throw file.damaged();
                }
                new SchemaMigration(prefix, url, user, password).run(dataSource, history, migrate, locations);
            }
        });
    }

    private static void close(@Nullable HikariDataSource dataSource) {
        if (dataSource != null) {
            dataSource.close();
        }
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null
                && StoreException.kind(root).equals(root.getClass().getSimpleName())) {
            root = root.getCause();
        }
        return root;
    }
}

package no.delingsruter.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Locale;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.support.OwnerOnlyFiles;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Opens a database and brings its schema up to date. */
public final class Databases {
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final int AT_ONCE = 0;
    /** The {@link Durability} of the store has written long before. */
    private static final int WRITE_BEHIND = 60_000;

    private Databases() {}

    /**
     * The store, with the tables of direct:database in it.
     *
     * @param prefix configuration prefix for messages, {@code store} or {@code database}
     * @throws ConfigurationException when it cannot be reached or is not a database of ours
     */
    public static HikariDataSource openStore(String prefix, String url, String user, String password, int connections) {
        String kind = kind(prefix, url);
        return open(
                prefix,
                writing(parameters(url), WRITE_BEHIND),
                user,
                password,
                connections,
                "classpath:db/" + kind,
                "classpath:db/" + kind + "-result");
    }

    /** A database that only receives results. The store relies on what it has committed. */
    public static HikariDataSource openReceiver(
            String prefix, String url, String user, String password, int connections) {
        String kind = kind(prefix, url);
        return open(
                prefix,
                writing(parameters(url), AT_ONCE),
                user,
                password,
                connections,
                "classpath:db/" + kind + "-result");
    }

    private static String kind(String prefix, String url) {
        if (url.startsWith(H2)) {
            return "h2";
        }
        if (url.startsWith(POSTGRESQL)) {
            return "postgresql";
        }
        throw new ConfigurationException(
                prefix + ".url is not a JDBC address of H2 (jdbc:h2:...) or PostgreSQL (jdbc:postgresql:...).");
    }

    private static HikariDataSource open(
            String prefix, String url, String user, String password, int connections, String... locations) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(prefix);
        config.setJdbcUrl(url);
        if (!user.isEmpty()) {
            config.setUsername(user);
            config.setPassword(password);
        } else if (url.startsWith(H2)) {
            config.setUsername("sa");
        }
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(5_000);
        if (url.startsWith(POSTGRESQL)) {
            // A statement is planned while its table is small and the plan is kept: reading all of ten rows would stay
            // reading all
            config.setConnectionInitSql("set enable_seqscan = off");
        }
        HikariDataSource dataSource = null;
        try {
            ownerOnly(prefix, url);
            dataSource = new HikariDataSource(config);
            SchemaHistory history = new SchemaHistory(dataSource, locations);
            if (!history.complete()) {
                Flyway.configure()
                        .dataSource(dataSource)
                        .locations(locations)
                        .failOnMissingLocations(true)
                        .table(SchemaHistory.TABLE)
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .load()
                        .migrate();
            }
            return dataSource;
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (dataSource != null) {
                dataSource.close();
            }
            throw new ConfigurationException(prefix + ".url: the database cannot be used ("
                    + StoreException.kind(root(e)) + "); check that it is there, that nobody else has it open, and "
                    + prefix + ".user and " + prefix + ".password.");
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

    /** By itself H2 writes half a second after the commit. */
    private static String writing(String url, int delayMillis) {
        return url.startsWith(H2) && !url.toUpperCase(Locale.ROOT).contains(";WRITE_DELAY=")
                ? url + ";WRITE_DELAY=" + delayMillis
                : url;
    }

    /** What each database needs to be quick and discreet; a parameter that the user gave is kept. */
    private static String parameters(String url) {
        if (url.startsWith(H2)) {
            String upper = url.toUpperCase(Locale.ROOT);
            StringBuilder result = new StringBuilder(url);
            if (!upper.contains(";QUERY_CACHE_SIZE=")) {
                result.append(";QUERY_CACHE_SIZE=64");
            }
            // Its own log quotes statements with their values
            if (!upper.contains(";TRACE_LEVEL_FILE=")) {
                result.append(";TRACE_LEVEL_FILE=0");
            }
            if (!upper.contains(";DB_CLOSE_ON_EXIT=")) {
                result.append(";DB_CLOSE_ON_EXIT=FALSE");
            }
            return result.toString();
        }
        StringBuilder result = new StringBuilder(url);
        if (!url.contains("reWriteBatchedInserts")) {
            result.append(url.contains("?") ? "&" : "?").append("reWriteBatchedInserts=true");
        }
        if (!url.contains("ApplicationName")) {
            result.append("&ApplicationName=delingsruter");
        }
        return result.toString();
    }

    /** H2 would make its file with whatever the process's mask allows; it takes an empty file of ours instead. */
    private static void ownerOnly(String prefix, String url) {
        H2File.of(url).ifPresent(file -> {
            try {
                OwnerOnlyFiles.directory(file.base().getParent());
                OwnerOnlyFiles.file(file.data());
            } catch (IOException e) {
                throw new ConfigurationException(prefix + ".url: the file " + file.data() + " cannot be made.");
            }
        });
    }
}

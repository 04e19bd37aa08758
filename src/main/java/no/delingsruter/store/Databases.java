package no.delingsruter.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import no.delingsruter.configuration.ConfigurationException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Opens a database and brings its schema up to date. */
public final class Databases {
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    private Databases() {
    }

    /**
     * The store, with the tables of direct:database in it.
     *
     * @param prefix configuration prefix for messages, {@code store} or {@code database}
     * @throws ConfigurationException when it cannot be reached or is not a database of ours
     */
    public static HikariDataSource openStore(String prefix, String url, String user, String password, int connections) {
        String kind = kind(prefix, url);
        return open(prefix, url, user, password, connections, "classpath:db/" + kind, "classpath:db/" + kind + "-result");
    }

    /** A database that only receives results. */
    public static HikariDataSource openReceiver(String prefix, String url, String user, String password, int connections) {
        return open(prefix, url, user, password, connections, "classpath:db/" + kind(prefix, url) + "-result");
    }

    private static String kind(String prefix, String url) {
        if (url.startsWith(H2)) {
            return "h2";
        }
        if (url.startsWith(POSTGRESQL)) {
            return "postgresql";
        }
        throw new ConfigurationException(prefix + ".url is not a JDBC address of H2 (jdbc:h2:...) or PostgreSQL (jdbc:postgresql:...).");
    }

    private static HikariDataSource open(String prefix, String url, String user, String password, int connections,
                                         String... locations) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(prefix);
        config.setJdbcUrl(parameters(url));
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
        HikariDataSource dataSource = null;
        try {
            ownerOnly(url);
            dataSource = new HikariDataSource(config);
            Flyway.configure().dataSource(dataSource).locations(locations).failOnMissingLocations(true).table("delingsruter_schema").baselineOnMigrate(true)
                    .baselineVersion("0").load().migrate();
            return dataSource;
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (dataSource != null) {
                dataSource.close();
            }
            throw new ConfigurationException(prefix + ".url: the database cannot be used (" + StoreException.kind(root(e))
                    + "); check that it is there, that nobody else has it open, and " + prefix + ".user and " + prefix + ".password.");
        }
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && StoreException.kind(root).equals(root.getClass().getSimpleName())) {
            root = root.getCause();
        }
        return root;
    }

    /** What each database needs to be durable and quick; a parameter that the user gave is kept. */
    private static String parameters(String url) {
        if (url.startsWith(H2)) {
            String upper = url.toUpperCase(Locale.ROOT);
            StringBuilder result = new StringBuilder(url);
            // A committed transaction must survive a killed process: without this H2 writes up to half a second late
            if (!upper.contains(";WRITE_DELAY=")) {
                result.append(";WRITE_DELAY=0");
            }
            if (!upper.contains(";QUERY_CACHE_SIZE=")) {
                result.append(";QUERY_CACHE_SIZE=64");
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

    private static void ownerOnly(String url) {
        if (!url.startsWith(H2 + "file:")) {
            return;
        }
        Path parent = Path.of(url.substring((H2 + "file:").length()).split(";")[0]).toAbsolutePath().getParent();
        try {
            if (!Files.exists(parent)) {
                Files.createDirectories(parent);
                if (Files.getFileStore(parent).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("store.url: the folder " + parent + " cannot be made.");
        }
    }
}

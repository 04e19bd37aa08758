package no.delingsruter.boot;

import com.zaxxer.hikari.HikariDataSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.installation.ApplicationDatabase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.transaction.PlatformTransactionManager;

/** Which of the application's beans an installation is made of. */
final class ApplicationParts {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationParts.class);
    private static final String POSTGRESQL = "jdbc:postgresql:";

    private final ListableBeanFactory beans;
    private final DelingsruterProperties properties;
    private final boolean ownStore;

    /** @param settings where {@code store.url} may name a store beside the application's database */
    ApplicationParts(ListableBeanFactory beans, DelingsruterProperties properties, BootSettings settings) {
        this.beans = beans;
        this.properties = properties;
        this.ownStore = properties.getDataSource() == null && settings.has("store.url");
    }

    /** How the database is reached by itself, for what must not wait for one of the pool's connections. */
    record Found(ApplicationDatabase database, Map<String, String> address) {}

    /**
     * @return null when the store is one of its own
     * @throws ConfigurationException when it is not clear which one it is, or it cannot be the store
     */
    @Nullable
    Found database() {
        if (ownStore || beans.getBeanNamesForType(DataSource.class).length == 0) {
            return null;
        }
        DataSource source = one(DataSource.class, properties.getDataSource(), "data-source");
        Map<String, String> address = address(source);
        if (!address.get("store.url").startsWith(POSTGRESQL)) {
            throw new ConfigurationException(
                    "store.url: the application's database is no PostgreSQL, which the store shares with it; name a store of its own.");
        }
        PlatformTransactionManager transactions =
                one(PlatformTransactionManager.class, properties.getTransactionManager(), "transaction-manager");
        ApplicationDatabase database = new ApplicationDatabase(source, transactions);
        if (!database.fits()) {
            throw new ConfigurationException(
                    "transaction-manager: it is not the data source's; name the one that is, so that your writes and ours commit together.");
        }
        return new Found(database, address);
    }

    /** @param needed connections at once */
    static void warnOfSmallPool(ApplicationDatabase database, int needed) {
        HikariDataSource pool = pool(database.dataSource());
        if (pool != null && pool.getMaximumPoolSize() < needed) {
            LOG.warn(
                    "spring.datasource.hikari.maximum-pool-size is {}; a lookup under way holds a connection, so {} may be in use beside the application's own: raise it, or lower delingsruter.lookup.workers",
                    pool.getMaximumPoolSize(),
                    needed);
        }
    }

    private <T> T one(Class<T> type, @Nullable String name, String key) {
        try {
            return name == null ? beans.getBean(type) : beans.getBean(name, type);
        } catch (BeansException e) {
            throw new ConfigurationException(key + ": "
                    + (name == null
                            ? "the application has several, or none; name one of "
                                    + String.join(", ", beans.getBeanNamesForType(type))
                            : "there is no such bean of type " + type.getSimpleName())
                    + ".");
        }
    }

    private Map<String, String> address(DataSource source) {
        HikariDataSource pool = pool(source);
        JdbcConnectionDetails details =
                beans.getBeanProvider(JdbcConnectionDetails.class).getIfUnique();
        Map<String, String> address = new LinkedHashMap<>();
        if (pool != null && pool.getJdbcUrl() != null) {
            put(
                    address,
                    pool,
                    HikariDataSource::getJdbcUrl,
                    HikariDataSource::getUsername,
                    HikariDataSource::getPassword);
        } else if (details != null) {
            put(
                    address,
                    details,
                    JdbcConnectionDetails::getJdbcUrl,
                    JdbcConnectionDetails::getUsername,
                    JdbcConnectionDetails::getPassword);
        } else {
            throw new ConfigurationException(
                    "store.url: the data source does not tell its address, which three connections beside the pool need; give spring.datasource.url.");
        }
        return address;
    }

    private static <T> void put(
            Map<String, String> address,
            T source,
            Function<T, @Nullable String> url,
            Function<T, @Nullable String> user,
            Function<T, @Nullable String> password) {
        address.put("store.url", String.valueOf(url.apply(source)));
        address.put("store.user", user.apply(source) == null ? "" : user.apply(source));
        address.put("store.password", password.apply(source) == null ? "" : password.apply(source));
    }

    private static @Nullable HikariDataSource pool(DataSource source) {
        return DataSourceUnwrapper.unwrap(source, HikariDataSource.class);
    }
}

package no.delingsruter.installation;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import no.delingsruter.configuration.Settings;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Databases;
import no.delingsruter.store.Durability;
import no.delingsruter.store.Fence;
import no.delingsruter.store.H2File;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreAddress;
import no.delingsruter.store.h2.Checkpointer;
import no.delingsruter.work.LookupExecution;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** The store while it is open, and the database that direct:database delivers to. */
final class OpenStore implements AutoCloseable {
    final Durability durability;
    final DataSource connections;
    final TransactionTemplate transactions;
    final Store store;
    /** Where direct:database delivers: the store in its transactions, or a database of its own. */
    final DataSource receiver;
    /** The store in its transactions, for routes that write into it. */
    final DataSource joined;
    /** Whether results may share a transaction: not in those of an application, which are its own. */
    final boolean groups;

    private final List<HikariDataSource> pools = new ArrayList<>();
    /**
     * @param most  connections to the store at once
     * @param fence between what was begun under a lease and its end
     * @param application whose connections and transactions are used; null for connections of its own
     */
    OpenStore(
            Settings settings,
            StoreAddress address,
            int most,
            Alerts alerts,
            Fence fence,
            @Nullable ApplicationDatabase application) {
        String url = address.url();
        String user = address.user();
        try {
            HikariDataSource pool =
                    Databases.openStore("store", url, user, address.password(), application == null ? most : 2);
            pools.add(pool);
            if (application == null) {
                durability = H2File.of(url).isPresent() ? new Checkpointer(pool, alerts) : Durability.ofServer(pool);
                connections = new LazyConnectionDataSourceProxy(new DelegatingDataSource(durability.connections()) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        inUse();
                        return super.getConnection();
                    }
                });
                transactions = durability.transactions(connections);
            } else {
                // It has brought the tables up to date
                pool.close();
                durability = Durability.ofServer(application.dataSource());
                connections = application.dataSource();
                transactions = new TransactionTemplate(application.transactions());
            }
            store = new Store(connections, transactions, fence);
            groups = application == null;
            joined = new TransactionAwareDataSourceProxy(connections) {
                @Override
                public Connection getConnection() throws SQLException {
                    writeWhatWaits();
                    return super.getConnection();
                }
            };
            receiver = receiver(settings, settings.get("store.url"));
        } catch (RuntimeException e) {
            closePools();
            throw e;
        }
    }

    /** The route of a result has used its transaction. */
    private static void inUse() {
        LookupExecution current = LookupExecution.current();
        if (current != null) {
            current.usesTransaction();
        }
    }

    /** A step that asks for a connection sees what the steps before it have written. */
    private static void writeWhatWaits() {
        LookupExecution current = LookupExecution.current();
        if (current != null) {
            current.writeNow();
        }
    }

    private DataSource receiver(Settings settings, String storeUrl) {
        String url = settings.find("database.url").orElse(storeUrl);
        if (url.equals(storeUrl)) {
            return joined;
        }
        HikariDataSource pool = Databases.openReceiver(
                "database",
                url,
                settings.find("database.user").orElse(""),
                settings.current("database.password"),
                settings.positive("lookup.workers"));
        pools.add(pool);
        return pool;
    }

    private void closePools() {
        pools.forEach(HikariDataSource::close);
    }

    @Override
    public void close() {
        durability.close();
        closePools();
    }
}

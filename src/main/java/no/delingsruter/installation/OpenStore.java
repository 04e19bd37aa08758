package no.delingsruter.installation;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Databases;
import no.delingsruter.store.Durability;
import no.delingsruter.store.H2File;
import no.delingsruter.store.SingleInstanceLock;
import no.delingsruter.store.Store;
import no.delingsruter.store.h2.Checkpointer;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** The store while it is open, and the database that direct:database delivers to. */
final class OpenStore implements AutoCloseable {
    final Durability durability;
    final LazyConnectionDataSourceProxy connections;
    final TransactionTemplate transactions;
    final Store store;
    /** Where direct:database delivers: the store in its transactions, or a database of its own. */
    final DataSource receiver;

    private final List<HikariDataSource> pools = new ArrayList<>();
    private SingleInstanceLock lock;

    /**
     * @param most      connections to the store at once
     * @param takenOver run when another process has taken over the store while it was out of reach
     */
    OpenStore(Settings settings, int most, Alerts alerts, Runnable takenOver) {
        String url = settings.get("store.url");
        String user = settings.find("store.user").orElse("");
        String password = settings.find("store.password").orElse("");
        try {
            // Before the schema is brought up to date: another process may be working with an older one
            lock = SingleInstanceLock.waitFor(url, user, password, takenOver);
            HikariDataSource pool = Databases.openStore("store", url, user, password, most);
            pools.add(pool);
            durability = H2File.of(url).isPresent() ? new Checkpointer(pool, alerts) : Durability.ofServer(pool);
            connections = new LazyConnectionDataSourceProxy(durability.connections());
            transactions = durability.transactions(connections);
            store = new Store(connections, transactions);
            receiver = receiver(settings, url);
        } catch (InterruptedException e) {
            closePools();
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Stopped while another process works on the store.");
        } catch (RuntimeException e) {
            closePools();
            throw e;
        }
    }

    private DataSource receiver(Settings settings, String storeUrl) {
        String url = settings.find("database.url").orElse(storeUrl);
        if (url.equals(storeUrl)) {
            return new TransactionAwareDataSourceProxy(connections);
        }
        HikariDataSource pool = Databases.openReceiver(
                "database",
                url,
                settings.find("database.user").orElse(""),
                settings.find("database.password").orElse(""),
                settings.positive("lookup.workers"));
        pools.add(pool);
        return pool;
    }

    private void closePools() {
        pools.forEach(HikariDataSource::close);
        if (lock != null) {
            lock.close();
        }
    }

    @Override
    public void close() {
        durability.close();
        closePools();
    }
}

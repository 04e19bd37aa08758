package no.delingsruter.installation;

import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application's own PostgreSQL and its transactions, which the store shares: what a route of the application writes there commits and
 * rolls back with the lookup.
 *
 * @param transactions of that data source
 */
public record ApplicationDatabase(DataSource dataSource, PlatformTransactionManager transactions) {
    /** Whether the transactions are the data source's. Opens one. */
    public boolean fits() {
        return Boolean.TRUE.equals(new TransactionTemplate(transactions)
                .execute(status -> TransactionSynchronizationManager.hasResource(dataSource)));
    }
}

package no.delingsruter.store;

import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** When what a database has committed is on disk. A server's commits are, as they are made: these are the defaults. */
public interface Durability extends AutoCloseable {
    /** Bound to a transaction that makes lookups pending. */
    String PENDING = Durability.class.getName() + ".pending";

    /** That of a database server. */
    static Durability ofServer(DataSource pool) {
        return () -> pool;
    }

    /** Where all who work with the store get their connections from. */
    DataSource connections();

    /** Transactions that are on disk soon after their commit; see {@link #flush} for what somebody else relies on. */
    default TransactionTemplate transactions(DataSource transacted) {
        return new TransactionTemplate(new DataSourceTransactionManager(transacted));
    }

    /**
     * Returns when all that has been committed is on disk. Not to be called with a connection in use: a file is written when there is
     * none.
     *
     * @throws StoreException when it cannot be written
     */
    default void flush() {}

    /** Returns when all lookups that are pending are on disk as such, or cannot be written. Not to be called with a connection in use. */
    default void awaitPending() {}

    /** How many transactions have been committed; 0 where none is counted. */
    default long committed() {
        return 0;
    }

    /** How many of them are on disk. */
    default long written() {
        return 0;
    }

    /** @param told how many commits are on disk, after each write */
    default void whenWritten(LongConsumer told) {}

    /** Ends the writing; what is not written yet is written when the database is closed. */
    @Override
    default void close() {}

    /** The transaction of the calling thread makes lookups pending: {@link #awaitPending}. */
    static void makesPending() {
        if (TransactionSynchronizationManager.isActualTransactionActive()
                && !TransactionSynchronizationManager.hasResource(PENDING)) {
            TransactionSynchronizationManager.bindResource(PENDING, true);
        }
    }
}

package no.delingsruter.store.h2;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Durability;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings what the embedded store has committed to its file: many transactions with one write, of the store as it was at a moment when
 * none was open. H2 would write whenever one commits, every half second, or when much has changed, table by table while others go on:
 * what is in the file after a kill may then hold one half of a transaction (H2, issue 2080), such as the removal of a pending lookup
 * without its result. Written like this, the file always holds the store as it was at some moment: a killed process loses the
 * transactions of the last moment, as if it had been killed that much earlier.
 */
public final class Checkpointer implements Durability {
    /** Seconds, as it is tried once a second. */
    private static final int REOPENINGS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final String FILE = "The store's file";
    private final Alerts alerts;
    private final Thread thread;
    private final Activity activity;
    private final LentConnections connections;
    private final StoreFile storeFile;
    private final CheckpointWriter writer;
    private final Commits commits;
    private int reopenings;
    private volatile LongConsumer listener = written -> {};

    /** @param alerts told when the file cannot be written */
    public Checkpointer(DataSource pool, Alerts alerts) {
        this.alerts = alerts;
        this.connections = new LentConnections(pool);
        this.storeFile = new StoreFile(pool);
        this.writer = new CheckpointWriter(pool, connections, storeFile);
        activity = alerts.watch("Store writer", () -> ProcessEnd.because("the store's writer has ended"));
        this.commits = new Commits(activity, writer::muchChanged);
        thread = Daemons.named("store-writer").newThread(this::write);
        thread.start();
    }

    @Override
    public void whenWritten(LongConsumer told) {
        listener = told;
    }

    @Override
    public long committed() {
        return commits.committed();
    }

    @Override
    public long written() {
        return commits.written();
    }

    @Override
    public DataSource connections() {
        return connections;
    }

    @Override
    public TransactionTemplate transactions(DataSource transacted) {
        return new TransactionTemplate(new DataSourceTransactionManager(transacted) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                commits.add(TransactionSynchronizationManager.hasResource(PENDING));
            }

            @Override
            protected void doCleanupAfterCompletion(Object transaction) {
                TransactionSynchronizationManager.unbindResourceIfPossible(PENDING);
                super.doCleanupAfterCompletion(transaction);
            }
        });
    }

    @Override
    public void flush() {
        SQLException failed = commits.awaitAll();
        if (failed != null) {
            throw new StoreException("The store cannot be written to its file", failed);
        }
    }

    @Override
    public void awaitPending() {
        commits.awaitPending();
    }

    private void write() {
        try {
            for (long upTo = next(); upTo != Commits.CLOSED; upTo = next()) {
                boolean nothingNew = upTo == commits.written();
                if (!nothingNew) {
                    writer.hasNews();
                }
                long began = System.nanoTime();
                SQLException failed;
                Activity.Piece piece = activity.begins();
                try {
                    failed = toFile(upTo, nothingNew);
                } finally {
                    piece.ends();
                }
                commits.wrote(upTo, failed, System.nanoTime() - began);
            }
        } finally {
            if (!commits.isClosed()) {
                activity.gone();
            }
        }
    }

    private long next() {
        return commits.next(writer::needsCare);
    }

    /** Brings what is committed to the file. */
    private @Nullable SQLException toFile(long upTo, boolean nothingNew) {
        SQLException failed;
        try {
            if (storeFile.closed()) {
                reopen();
            }
            failed = writer.write();
        } catch (SQLException e) {
            failed = e;
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            failed = new SQLException("unforeseen", e);
        }
        boolean shut = failed != null && (storeFile.closed() || StoreFile.DISK_FULL.equals(failed.getSQLState()));
        connections.shut(shut ? failed : null);
        if (!nothingNew || shut || failed == null) {
            tell(failed);
        }
        if (failed == null) {
            listener.accept(upTo);
        }
        return failed;
    }

    private void reopen() throws SQLException {
        try {
            storeFile.reopen();
        } catch (SQLException e) {
            if (!StoreFile.DISK_FULL.equals(e.getSQLState()) && ++reopenings > REOPENINGS) {
                ProcessEnd.because("the store's file cannot be opened again (" + StoreException.kind(e) + ")");
            }
            throw e;
        }
        reopenings = 0;
        commits.takenBack();
        LOG.warn("The store's file has been opened again; what was not written to it is read and looked up again");
    }

    private void tell(@Nullable SQLException failed) {
        if (failed == null) {
            alerts.ends(FILE);
            return;
        }
        String reason = failed instanceof SQLTimeoutException
                ? "a route has had a transaction open for " + LentConnections.LONGEST_WAIT_SECONDS + " s"
                : StoreException.kind(failed);
        if (!connections.isShut()) {
            alerts.begins(FILE, "not written: " + reason + "; tried again, a kill would lose what is not written");
        } else {
            alerts.begins(
                    FILE,
                    "not written: " + reason + "; nothing is looked up until it can be written again",
                    Alerts.Severity.STANDSTILL);
        }
    }

    /** Ends the writing; what is not written yet is written when the database is closed. */
    @Override
    public void close() {
        commits.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

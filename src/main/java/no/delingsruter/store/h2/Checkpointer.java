package no.delingsruter.store.h2;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Durability;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
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
    /** At full speed; when there is little to do, what is committed is written at once. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** While lookups become pending and nothing else is committed: a killed process reads those pages again, and repeats nothing else. */
    private static final long LONGEST_PAUSE_OF_PAGES_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Pauses are so many times as long as a write, so that writing does not take up a processor. */
    private static final int PAUSE_PER_WRITE = 9;

    private static final int CONNECTIONS = 1_000;
    /** Changed pages of which H2 thinks that it has written them: it writes by itself when there are many. H2 multiplies it by four. */
    private static final int LENT_BYTES = 1 << 29;
    /** When so much has changed, it is written at once, and nothing else is changed meanwhile. */
    private static final long MOST_CHANGED_BYTES =
            Math.min(LENT_BYTES / 2, Runtime.getRuntime().maxMemory() / 16);
    /** Percent of the file that is in use. */
    private static final int FILL_RATE = 50;

    private static final int COMPACTED_BYTES = 4_000_000;
    private static final int PAUSE_PER_COMPACTION = 10;
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A step of a user's route may keep its transaction open for long; the others must not wait for it. */
    private static final long LONGEST_WAIT_SECONDS = 5;

    /** Seconds, as it is tried once a second. */
    private static final int REOPENINGS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final String FILE = "The store's file";
    private final DataSource pool;
    private final Alerts alerts;
    private final Thread thread;
    private final Activity activity;
    /** All of them are taken at the moment that is written. Fair: a write must not wait for ever behind transactions. */
    private final Semaphore connections = new Semaphore(CONNECTIONS, true);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StoreFile storeFile;
    private volatile @Nullable MVStore file;
    /** Why nobody gets a connection: nothing can be written, and what was looked up now would be looked up in vain; null: all do. */
    private volatile @Nullable SQLException shut;

    private long committed;
    /** Of those, the last one that made lookups pending, */
    private long pending;
    /** and the last one that did something else. */
    private long other;

    private long written;
    private int waiting;
    /** Commits after {@link #kept} and up to this one were taken back when the file had to be opened again. */
    private long lost;

    private long kept;
    private boolean sparse;
    private long nextCompaction = System.nanoTime();
    private int reopenings;
    private @Nullable SQLException failure;
    private boolean closed;
    private volatile LongConsumer listener = commits -> {};

    /** @param alerts told when the file cannot be written */
    public Checkpointer(DataSource pool, Alerts alerts) {
        this.pool = pool;
        this.alerts = alerts;
        this.storeFile = new StoreFile(pool);
        activity = alerts.watch("Store writer", () -> ProcessEnd.because("the store's writer has ended"));
        thread = Daemons.named("store-writer").newThread(this::write);
        thread.start();
    }

    @Override
    public void whenWritten(LongConsumer told) {
        listener = told;
    }

    @Override
    public long committed() {
        lock.lock();
        try {
            return committed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public DataSource connections() {
        return new DelegatingDataSource(pool) {
            @Override
            public Connection getConnection() throws SQLException {
                connections.acquireUninterruptibly();
                try {
                    SQLException why = shut;
                    if (why != null) {
                        throw new SQLException(why.getMessage(), why.getSQLState());
                    }
                    return counted(super.getConnection());
                } catch (Throwable e) {
                    connections.release();
                    throw e;
                }
            }
        };
    }

    private Connection counted(Connection connection) {
        AtomicBoolean open = new AtomicBoolean(true);
        return (Connection) Proxy.newProxyInstance(
                Checkpointer.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (method.getName().equals("close") && open.getAndSet(false)) {
                            connections.release();
                        }
                    }
                });
    }

    @Override
    public TransactionTemplate transactions(DataSource transacted) {
        return new TransactionTemplate(new DataSourceTransactionManager(transacted) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                hasCommitted(TransactionSynchronizationManager.hasResource(PENDING));
            }

            @Override
            protected void doCleanupAfterCompletion(Object transaction) {
                TransactionSynchronizationManager.unbindResourceIfPossible(PENDING);
                super.doCleanupAfterCompletion(transaction);
            }
        });
    }

    private void hasCommitted(boolean madePending) {
        lock.lock();
        try {
            // Only a writer with nothing to do waits for it, or one that makes a pause of pages; another comes by
            // itself
            activity.hasWork();
            if (committed++ == written || muchChanged() || (!madePending && other <= written)) {
                changed.signalAll();
            }
            if (madePending) {
                pending = committed;
            } else {
                other = committed;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            committed++;
            SQLException failed = awaitWritten(committed);
            if (failed != null) {
                throw new StoreException("The store cannot be written to its file", failed);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitPending() {
        lock.lock();
        try {
            awaitWritten(pending);
        } finally {
            lock.unlock();
        }
    }

    /** @return why it could not be written; null when it is, or when the writing has ended */
    private @Nullable SQLException awaitWritten(long mine) {
        failure = null;
        if (written < mine) {
            waiting++;
            changed.signalAll();
            while (written < mine && failure == null && !closed) {
                changed.awaitUninterruptibly();
            }
            waiting--;
        }
        return mine > kept && mine <= lost
                ? new SQLException("lost", StoreFile.DISK_FULL)
                : written < mine ? failure : null;
    }

    @SuppressWarnings("LockNotBeforeTry") // given back while it writes and tells
    private void write() {
        lock.lock();
        try {
            while (!closed) {
                if (written == committed) {
                    activity.rests();
                    if (!idle()) {
                        continue;
                    }
                }
                boolean nothingNew = written == committed;
                // What has been written now leaves holes, and is looked at once nothing is
                sparse |= !nothingNew;
                long upTo = committed;
                long began = System.nanoTime();
                lock.unlock();
                SQLException failed;
                Activity.Piece piece = activity.begins();
                try {
                    failed = toFile(upTo, nothingNew);
                } finally {
                    piece.ends();
                    lock.lock();
                }
                if (failed == null) {
                    written = Math.max(written, upTo);
                } else {
                    failure = failed;
                }
                changed.signalAll();
                if (failed == null) {
                    long pause = (System.nanoTime() - began) * PAUSE_PER_WRITE;
                    pause(Math.min(pause, LONGEST_PAUSE_NANOS), Math.min(pause, LONGEST_PAUSE_OF_PAGES_NANOS));
                } else {
                    pause(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(1));
                }
            }
        } finally {
            if (!closed) {
                activity.gone();
            }
            lock.unlock();
        }
    }

    private boolean muchChanged() {
        MVStore current = file;
        return current != null && LENT_BYTES + (long) current.getUnsavedMemory() > MOST_CHANGED_BYTES;
    }

    /** @return whether it is time to compact the file, or it needs to be mended */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop asks again
    private boolean idle() {
        try {
            return changed.awaitNanos(IDLE_NANOS) <= 0 && (sparse || storeFile.closed() || storeFile.gone());
        } catch (InterruptedException e) {
            closed = true;
            return false;
        }
    }

    /** Brings what is committed to the file. */
    private @Nullable SQLException toFile(long upTo, boolean nothingNew) {
        SQLException failed;
        try {
            if (storeFile.closed()) {
                reopen();
            }
            failed = checkpoint();
        } catch (SQLException e) {
            failed = e;
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            failed = new SQLException("unforeseen", e);
        }
        shut = failed != null && (storeFile.closed() || StoreFile.DISK_FULL.equals(failed.getSQLState()))
                ? failed
                : null;
        if (!nothingNew || shut != null || failed == null) {
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
        lock.lock();
        try {
            kept = written;
            lost = committed;
            written = committed;
        } finally {
            lock.unlock();
        }
        LOG.warn("The store's file has been opened again; what was not written to it is read and looked up again");
    }

    private void writeAgain() throws SQLException {
        try {
            if (storeFile.writeAgain()) {
                LOG.warn(
                        "The store's file {} was deleted while the job runs; it has been written again, nothing is lost",
                        storeFile);
            } else {
                ProcessEnd.because("another file has taken the place of the store's file " + storeFile);
            }
        } catch (IOException e) {
            throw new SQLException("the file has been deleted", "58030", e);
        }
    }

    private void tell(@Nullable SQLException failed) {
        if (failed == null) {
            alerts.ends(FILE);
            return;
        }
        String reason = failed instanceof SQLTimeoutException
                ? "a route has had a transaction open for " + LONGEST_WAIT_SECONDS + " s"
                : StoreException.kind(failed);
        if (shut == null) {
            alerts.begins(FILE, "not written: " + reason + "; tried again, a kill would lose what is not written");
        } else {
            alerts.begins(
                    FILE,
                    "not written: " + reason + "; nothing is looked up until it can be written again",
                    Alerts.Severity.STANDSTILL);
        }
    }

    private void pause(long nanos, long ofPagesNanos) {
        long began = System.nanoTime();
        try {
            for (long left = nanos;
                    left > 0 && !closed && !(written < committed && (waiting > 0 || muchChanged()));
                    left = (other > written ? nanos : ofPagesNanos) - (System.nanoTime() - began)) {
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private @Nullable SQLException checkpoint() {
        boolean alone = false;
        try {
            MVStore before = file;
            if (before != null) {
                storeFile.needsRoom(Math.max(0, LENT_BYTES + (long) before.getUnsavedMemory()));
            }
            alone = connections.tryAcquire(CONNECTIONS, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            if (!alone) {
                return new SQLTimeoutException("a transaction is open");
            }
            if (storeFile.gone()) {
                writeAgain();
            }
            MVStore current = begin();
            // What is being written does not change any more
            connections.release(CONNECTIONS);
            alone = false;
            current.executeFilestoreOperation(() -> {});
            if (current.getUnsavedMemory() > -LENT_BYTES / 2) {
                // H2 counts without a lock, and its own threads count too
                current.registerUnsavedMemory(-LENT_BYTES);
            }
            return null;
        } catch (SQLException e) {
            return e;
        } catch (MVStoreException e) {
            return new SQLException("the file cannot be written", StoreFile.DISK_FULL, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SQLTimeoutException("interrupted");
        } finally {
            if (alone) {
                connections.release(CONNECTIONS);
            }
        }
    }

    /** Begins to write the store as it is now; when much has changed, also ends it. To be called when no transaction is open. */
    private MVStore begin() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            MVStore current = storeFile.of(connection);
            compact(current);
            if (muchChanged() || (current.tryCommit() < 0 && current.hasUnsavedChanges())) {
                current.commit();
            }
            current.registerUnsavedMemory(-LENT_BYTES - current.getUnsavedMemory());
            file = current;
            return current;
        }
    }

    /**
     * Writes the live pages of sparse parts of the file again, with what is written next, so that the parts can be used anew; else the file
     * would grow to ten times what it holds. H2's own thread for this would write while transactions are open.
     */
    private void compact(MVStore current) {
        long began = System.nanoTime();
        if (began - nextCompaction >= 0) {
            sparse = current.getFileStore().getChunksFillRate() < FILL_RATE;
            current.compact(FILL_RATE, COMPACTED_BYTES);
            long ended = System.nanoTime();
            nextCompaction = ended + Math.max((ended - began) * PAUSE_PER_COMPACTION, SHORTEST_PAUSE_NANOS);
        }
    }

    /** Ends the writing; what is not written yet is written when the database is closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package no.delingsruter.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings what the embedded store has committed to its file: many transactions with one write. H2 can write each commit by itself
 * (WRITE_DELAY=0), but then writing costs more than all the rest. The file always holds the store as it was at some moment:
 * a killed process loses the last moment's transactions as if it had been killed that much earlier.
 */
public final class WriteBehind implements AutoCloseable {
    /** At full speed; when there is little to do, what is committed is written at once. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    /** Pauses are so many times as long as a write, so that writing does not take up a processor. */
    private static final int PAUSE_PER_WRITE = 4;

    private final DataSource dataSource;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long committed;
    private long written;
    private int waiting;
    private SQLException failure;
    private boolean closed;

    /** @param url of the store; a server writes its commits itself, and nothing is done here */
    public WriteBehind(String url, DataSource dataSource) {
        this.dataSource = dataSource;
        Optional<H2File> file = H2File.of(url);
        thread = file.isEmpty() ? null : new Thread(this::write, "store-writer");
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Transactions that are on disk soon after their commit: for those that may be done again. */
    public TransactionTemplate soon(DataSource transacted) {
        return transactions(transacted, this::committed);
    }

    /** Transactions that are on disk when their commit returns: for those that somebody else relies on. */
    public TransactionTemplate now(DataSource transacted) {
        return transactions(transacted, this::flush);
    }

    private static TransactionTemplate transactions(DataSource transacted, Runnable afterCommit) {
        return new TransactionTemplate(new DataSourceTransactionManager(transacted) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                afterCommit.run();
            }
        });
    }

    private void committed() {
        if (thread != null) {
            lock.lock();
            try {
                committed++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns when all that has been committed is on disk. @throws DataAccessResourceFailureException when it cannot be written */
    public void flush() {
        if (thread == null) {
            return;
        }
        lock.lock();
        try {
            long mine = ++committed;
            waiting++;
            failure = null;
            changed.signalAll();
            while (written < mine && failure == null && !closed) {
                changed.awaitUninterruptibly();
            }
            waiting--;
            if (written < mine && failure != null) {
                throw new DataAccessResourceFailureException("The store cannot be written to its file", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        lock.lock();
        try {
            while (!closed) {
                if (written == committed) {
                    changed.awaitUninterruptibly();
                    continue;
                }
                long upTo = committed;
                long began = System.nanoTime();
                lock.unlock();
                SQLException failed = checkpoint();
                lock.lock();
                if (failed == null) {
                    written = upTo;
                } else {
                    failure = failed;
                }
                changed.signalAll();
                pause(failed == null ? Math.min((System.nanoTime() - began) * PAUSE_PER_WRITE, LONGEST_PAUSE_NANOS) : TimeUnit.SECONDS.toNanos(1));
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(long nanos) {
        long left = nanos;
        try {
            while (left > 0 && !closed && !(waiting > 0 && written < committed)) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private SQLException checkpoint() {
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    /** Ends the writing; what is not written yet is written when the database is closed. */
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
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

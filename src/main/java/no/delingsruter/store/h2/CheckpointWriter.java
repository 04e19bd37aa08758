package no.delingsruter.store.h2;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import no.delingsruter.support.ProcessEnd;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the store to its file as it is at a moment when no transaction is open. Used by one thread. */
final class CheckpointWriter {
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

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final DataSource pool;
    private final LentConnections connections;
    private final StoreFile storeFile;
    private volatile @Nullable MVStore file;
    private boolean sparse;
    private long nextCompaction = System.nanoTime();

    CheckpointWriter(DataSource pool, LentConnections connections, StoreFile storeFile) {
        this.pool = pool;
        this.connections = connections;
        this.storeFile = storeFile;
    }

    /** For any thread. */
    boolean muchChanged() {
        MVStore current = file;
        return current != null && LENT_BYTES + (long) current.getUnsavedMemory() > MOST_CHANGED_BYTES;
    }

    /** Whether it is time to compact the file, or it needs to be mended. */
    boolean needsCare() {
        return sparse || storeFile.closed() || storeFile.gone();
    }

    /** What is written now leaves holes, and is looked at once nothing is. */
    void hasNews() {
        sparse = true;
    }

    /** @return why it could not be written; null when it was */
    @Nullable
    SQLException write() {
        boolean alone = false;
        try {
            MVStore before = file;
            if (before != null) {
                storeFile.needsRoom(Math.max(0, LENT_BYTES + (long) before.getUnsavedMemory()));
            }
            alone = connections.takeAll();
            if (!alone) {
                return new SQLTimeoutException("a transaction is open");
            }
            if (storeFile.gone()) {
                writeAgain();
            }
            MVStore current = begin();
            // What is being written does not change any more
            connections.giveAllBack();
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
                connections.giveAllBack();
            }
        }
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
}

package no.delingsruter.store.h2;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
import no.delingsruter.support.OwnerOnlyFiles;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The embedded database's file while the job runs: whether there is room for what is to be written, and what to do when H2 has closed
 * its database (a write has failed), or when somebody has deleted the file under it. Used by one thread, with no transaction open.
 */
final class StoreFile {
    /** As PostgreSQL says it. */
    static final String DISK_FULL = "53100";

    private static final long SPARE_BYTES = 1_000_000;

    private final DataSource pool;
    private @Nullable Database database;
    private @Nullable MVStore file;
    private @Nullable Path path;
    private @Nullable Object identity;
    private boolean forgotten;

    StoreFile(DataSource pool) {
        this.pool = pool;
    }

    /** The store of the database, as it is open now. */
    MVStore of(Connection connection) throws SQLException {
        Database now = ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase();
        if (now != database) {
            database = now;
            file = now.getStore().getMvStore();
            path = file.getFileStore() == null
                    ? null
                    : Path.of(file.getFileStore().getFileName().replaceFirst("^nio:|^async:", ""));
            identity = identity();
            forgotten = false;
        }
        return file;
    }

    /** Whether H2 has closed it by itself. */
    boolean closed() {
        return file != null && file.isClosed();
    }

    /** @throws SQLException {@link #DISK_FULL} when so much cannot be written */
    void needsRoom(long bytes) throws SQLException {
        if (path != null && Files.exists(path) && path.toFile().getUsableSpace() < SPARE_BYTES + 2 * bytes) {
            throw new SQLException("disk full", DISK_FULL);
        }
    }

    /**
     * Opens it again, and writes to it.
     *
     * @throws SQLException when that is not possible (yet)
     */
    void reopen() throws SQLException {
        needsRoom(0);
        shut();
        try (Connection connection = pool.getConnection()) {
            MVStore again = of(connection);
            again.setStoreVersion(again.getStoreVersion());
            again.commit();
        } catch (MVStoreException e) {
            throw new SQLException("it cannot be written", DISK_FULL, e);
        }
    }

    /** Nobody can use it any more; H2 forgets it, so that the next connection opens the file. */
    private void shut() throws SQLException {
        if (database != null && !forgotten) {
            database.shutdownImmediately();
            forgotten = true;
        }
        if (pool.isWrapperFor(HikariDataSource.class)) {
            pool.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Whether the file is there no more, or another one is in its place. */
    boolean gone() {
        return identity != null && !identity.equals(identity());
    }

    /**
     * Writes a file that somebody has deleted again, from the deleted one, which is there as long as it is open.
     *
     * @return false, with nothing done, when another file has taken its place
     */
    boolean writeAgain() throws SQLException, IOException {
        if (Files.exists(path)) {
            return false;
        }
        Path backup = path.resolveSibling(path.getFileName() + ".backup.zip");
        OwnerOnlyFiles.directory(path.getParent());
        OwnerOnlyFiles.file(backup);
        file.commit();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(backup))) {
            file.getFileStore().backup(zip);
        }
        Path part = path.resolveSibling(path.getFileName() + ".part");
        OwnerOnlyFiles.file(part);
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(backup))) {
            zip.getNextEntry();
            try (OutputStream out = Files.newOutputStream(part)) {
                zip.transferTo(out);
            }
        }
        Files.delete(backup);
        // Before anybody opens the database anew, which would make an empty one
        Files.move(part, path);
        reopen();
        return true;
    }

    private @Nullable Object identity() {
        try {
            return path == null
                    ? null
                    : Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return String.valueOf(path);
    }
}

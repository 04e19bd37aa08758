package no.delingsruter.store.h2;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Watchdog;
import no.delingsruter.store.Durability;
import no.delingsruter.store.H2File;
import no.delingsruter.store.TestDatabase;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What is in the file after a kill is CommitTest's to show. */
class CheckpointerTest {
    /** More than H2 keeps by itself. */
    private static final int ROWS = 60_000;

    @TempDir
    Path directory;

    private String url;
    private HikariDataSource dataSource;
    private Checkpointer checkpointer;

    @BeforeEach
    void open() throws SQLException {
        url = TestDatabase.H2.url(directory);
        dataSource = TestDatabase.H2.open(url);
        checkpointer = new Checkpointer(dataSource, new Alerts());
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table filled (id int primary key, text varchar)");
        }
        checkpointer.flush();
    }

    @AfterEach
    void close() {
        checkpointer.close();
        dataSource.close();
    }

    @Test
    @DisplayName(
            "I2: the embedded store writes nothing by itself while a transaction is open, however much that changes")
    void neverInTheMiddle() throws SQLException {
        assertEquals(0, writtenWhileOpen(checkpointer.connections()));
        checkpointer.flush();
        assertEquals(0, writtenWhileOpen(checkpointer.connections()), "after a write neither");
    }

    @Test
    @DisplayName("The test would notice: H2 by itself writes in the middle")
    void byItself() throws SQLException {
        try (HikariDataSource alone = TestDatabase.H2.open(TestDatabase.H2.url(directory))) {
            try (Connection connection = alone.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table filled (id int primary key, text varchar)");
            }
            assertTrue(writtenWhileOpen(alone) > 0);
        }
    }

    @Test
    @DisplayName("Pages of an event list alone are written less often, a result as soon as ever")
    void pagesAlone() throws Exception {
        BlockingQueue<Write> writes = new LinkedBlockingQueue<>();
        checkpointer.whenWritten(commits -> writes.add(new Write(commits, System.nanoTime())));
        TransactionTemplate transactions = checkpointer.transactions(checkpointer.connections());
        transactions.executeWithoutResult(status -> {});
        writtenAt(writes);

        long slow = afterSlowWrite(transactions, writes);
        transactions.executeWithoutResult(status -> Durability.makesPending());
        long pages = writtenAt(writes);
        assertTrue(
                pages - slow >= TimeUnit.MILLISECONDS.toNanos(1_000),
                "pages after " + (pages - slow) / 1_000_000 + " ms");

        slow = afterSlowWrite(transactions, writes);
        transactions.executeWithoutResult(status -> Durability.makesPending());
        transactions.executeWithoutResult(status -> {});
        long result = writtenAt(writes);
        assertTrue(
                result - slow < TimeUnit.MILLISECONDS.toNanos(1_000),
                "a result after " + (result - slow) / 1_000_000 + " ms");
    }

    @Test
    @DisplayName(
            "I2, I16: a database that H2 has closed by itself, as after a failed write, is opened again: what was flushed is there")
    void closedByItself() throws Exception {
        TransactionTemplate transactions = checkpointer.transactions(checkpointer.connections());
        JdbcTemplate jdbc = new JdbcTemplate(checkpointer.connections());
        transactions.executeWithoutResult(status -> jdbc.update("insert into filled values (1, 'flushed')"));
        checkpointer.flush();
        try (Connection connection = dataSource.getConnection()) {
            ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession())
                    .getDatabase()
                    .getStore()
                    .getMvStore()
                    .closeImmediately();
        }
        assertThrows(DataAccessException.class, () -> jdbc.queryForList("select * from filled"));
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(20))
                .until(() -> jdbc.queryForObject("select count(*) from filled", Integer.class) == 1);
        transactions.executeWithoutResult(status -> jdbc.update("insert into filled values (2, 'afterwards')"));
        checkpointer.flush();
    }

    @Test
    @DisplayName("I2, I16: a store file that is deleted under the job is written again, whole")
    void deleted() throws Exception {
        Path file = H2File.of(url).orElseThrow().data();
        TransactionTemplate transactions = checkpointer.transactions(checkpointer.connections());
        JdbcTemplate jdbc = new JdbcTemplate(checkpointer.connections());
        transactions.executeWithoutResult(
                status -> jdbc.update("insert into filled select x, repeat('x', 500) from system_range(1, 1000)"));
        checkpointer.flush();
        transactions.executeWithoutResult(status -> jdbc.update("insert into filled values (2000, 'not flushed')"));
        Files.delete(file);
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file));
        transactions.executeWithoutResult(status -> jdbc.update("insert into filled values (2001, 'afterwards')"));
        checkpointer.flush();
        checkpointer.close();
        dataSource.close();
        dataSource = TestDatabase.H2.open(url);
        assertEquals(1002, new JdbcTemplate(dataSource).queryForObject("select count(*) from filled", Integer.class));
    }

    /** The longer the last write took, open transactions waited for included, the longer is the pause after it. */
    private long afterSlowWrite(TransactionTemplate transactions, BlockingQueue<Write> writes) throws Exception {
        try (Connection open = checkpointer.connections().getConnection()) {
            transactions.executeWithoutResult(status -> {});
            assertNull(writes.poll(300, TimeUnit.MILLISECONDS), "written while a transaction was open");
            assertFalse(open.isClosed());
        }
        return writtenAt(writes);
    }

    /** When all that is committed was written, in nanoseconds of the system's timer. */
    private long writtenAt(BlockingQueue<Write> writes) throws InterruptedException {
        while (true) {
            Write write = writes.poll(10, TimeUnit.SECONDS);
            assertNotNull(write, "not written");
            if (write.commits() == checkpointer.committed()) {
                return write.nanoTime();
            }
        }
    }

    private record Write(long commits, long nanoTime) {}

    /** How many times the file was written while a connection was in use that made large and small transactions. */
    private static long writtenWhileOpen(DataSource connections) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            MVStore file = ((SessionLocal)
                            connection.unwrap(JdbcConnection.class).getSession())
                    .getDatabase()
                    .getStore()
                    .getMvStore();
            long before = file.getCurrentVersion();
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into filled values (?, repeat('x', 500))")) {
                for (int i = 0; i < ROWS; i++) {
                    insert.setInt(1, i);
                    insert.executeUpdate();
                    if (i > ROWS / 2 && i % 100 == 0) {
                        connection.commit();
                    }
                }
            }
            connection.commit();
            long after = file.getCurrentVersion();
            try (Statement statement = connection.createStatement()) {
                statement.execute("truncate table filled");
            }
            connection.commit();
            return after - before;
        }
    }

    @Test
    @DisplayName(
            "I16, null control: the store's writer, which a transaction without end keeps waiting, is found by its name")
    void latchedWriter() throws SQLException {
        Alerts alerts = new Alerts();
        try (HikariDataSource other = TestDatabase.H2.open(TestDatabase.H2.url(directory));
                Checkpointer writer = new Checkpointer(other, alerts);
                Watchdog watchdog = new Watchdog(alerts, Duration.ofMillis(300))) {
            try (Connection connection = other.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table filled (id int primary key, text varchar)");
            }
            watchdog.start();
            try (Connection open = writer.connections().getConnection();
                    Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                statement.execute("insert into filled values (1, '')");
                Thread flushing = new Thread(writer::flush);
                flushing.setDaemon(true);
                flushing.start();
                await().atMost(Duration.ofSeconds(20)).until(() -> alerts.open().containsKey("Stalled: Store writer"));
                open.rollback();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> alerts.open().isEmpty());
        }
    }
}

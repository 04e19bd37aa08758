package no.delingsruter.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;

/**
 * Copies an H2 store, whole, to PostgreSQL, which then is the store. The copy is one transaction of the target's; the source, once left,
 * refuses to be opened.
 */
public final class StoreMove {
    private static final String INSTALLATION = "installation";
    private static final String PARKED = "parked";
    private static final List<String> TABLES = List.of(
            INSTALLATION,
            "checkpoint",
            "lookup_state",
            PARKED,
            "watch",
            "books",
            "result",
            "result_earlier",
            "outbox",
            "operation",
            "lane_state",
            "operation_key");
    /** In a store that was left. Made by the move alone: no other store has it. */
    private static final String MARK = "moved_store";

    /** Tables whose rows the database numbers, by the column. */
    private static final Map<String, String> NUMBERED =
            Map.of(PARKED, "id", "operation", "id", "operation_key", "number", "outbox", "position");

    private static final int BATCH = 500;

    private StoreMove() {}

    /** The rows of one table after the copy. */
    public record Count(String table, long source, long target) {}

    /**
     * Moves the store that {@code store.url} names. No job may run on either.
     *
     * @param toUrl JDBC address of a PostgreSQL database that is empty, or holds this store from a move that was not finished
     * @throws ConfigurationException when one of them cannot be used; then neither is changed
     */
    public static List<Count> move(
            String url, String user, String password, String toUrl, String toUser, String toPassword) {
        if (H2File.of(url).isEmpty() || !toUrl.startsWith(PostgreSql.PREFIX)) {
            throw new ConfigurationException(
                    "store.url and --to-url: a store is moved from an H2 file to PostgreSQL (jdbc:postgresql:...); from PostgreSQL to"
                            + " PostgreSQL, use pg_dump.");
        }
        try {
            PostgreSql.understood("to", toUrl);
            String reached = PostgreSql.asReached("to", toUrl, toUser, toPassword);
            refuseLiving(PostgreSql.address(reached, 0), toUser, toPassword);
            try (HikariDataSource source = Databases.openStore("store", url, user, password, 2);
                    HikariDataSource target = Databases.openStore("to", reached, toUser, toPassword, 2)) {
                return move(source, target, toUrl.replaceFirst("\\?.*", ""));
            }
        } catch (ConfigurationException e) {
            throw new ConfigurationException(
                    String.valueOf(e.getMessage()).replaceAll("\\bto\\.(url|user|password)", "--to-$1"));
        } catch (SQLException e) {
            throw new ConfigurationException("The store is not moved (" + StoreException.kind(e)
                    + "); both databases are as they were. Once the cause is mended, do it again.");
        }
    }

    private static void refuseLiving(String url, String user, String password) throws SQLException {
        try (Connection target = PostgreSql.connect(url, user, password)) {
            refuseLiving(target);
        }
    }

    private static void refuseLiving(Connection target) throws SQLException {
        String living = OlderInstances.living(target);
        if (living != null) {
            throw new ConfigurationException(
                    "to.url: another process works on this store (" + living + "); stop that job first.");
        }
    }

    private static List<Count> move(DataSource from, DataSource to, String address) throws SQLException {
        try (Connection source = from.getConnection();
                Connection target = to.getConnection()) {
            target.setAutoCommit(false);
            // None can begin to work on it until the move is over
            execute(target, "lock table instance in share mode");
            refuseLiving(target);
            // Else H2 gathers all rows of a table before it gives the first
            execute(source, "set lazy_query_execution 1");
            List<Count> counts = counts(source, target);
            if (!isCopy(source, target, counts)) {
                refuseUnlessEmpty(counts);
                execute(target, "delete from " + INSTALLATION);
                for (String table : TABLES) {
                    copy(source, target, table);
                }
                for (var column : NUMBERED.entrySet()) {
                    execute(
                            target,
                            "select setval(pg_get_serial_sequence('%1$s', '%2$s'), coalesce(max(%2$s), 0) + 1, false) from %1$s"
                                    .formatted(column.getKey(), column.getValue()));
                }
                counts = counts(source, target);
                if (counts.stream().anyMatch(count -> count.source() != count.target())) {
                    target.rollback();
                    throw new ConfigurationException(
                            "The store is not moved: the rows of a table are not as many as they were.");
                }
                target.commit();
            }
            target.setAutoCommit(true);
            for (String table : TABLES) {
                execute(target, "analyze " + table);
            }
            mark(source, address);
            return counts;
        }
    }

    /** A move that ended between the copy and the mark. */
    private static boolean isCopy(Connection source, Connection target, List<Count> counts) throws SQLException {
        String secret = "select max(secret) from " + INSTALLATION;
        String of = PostgreSql.text(source, secret);
        return of != null
                && of.equals(PostgreSql.text(target, secret))
                && counts.stream().allMatch(count -> count.source() == count.target());
    }

    private static void refuseUnlessEmpty(List<Count> counts) {
        String filled = counts.stream()
                .filter(count -> count.target() > 0 && !count.table().equals(INSTALLATION))
                .map(count -> count.table() + " (" + count.target() + ")")
                .collect(Collectors.joining(", "));
        if (!filled.isEmpty()) {
            throw new ConfigurationException("--to-url: the database is a store already, and nothing is written over: "
                    + filled + ". Give an empty database.");
        }
    }

    private static List<Count> counts(Connection source, Connection target) throws SQLException {
        List<Count> counts = new ArrayList<>();
        for (String table : TABLES) {
            String count = "select count(*) from " + table;
            counts.add(new Count(
                    table,
                    Long.parseLong(PostgreSql.text(source, count)),
                    Long.parseLong(PostgreSql.text(target, count))));
        }
        return counts;
    }

    private static void copy(Connection source, Connection target, String table) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery("select * from " + table)) {
            ResultSetMetaData columns = rows.getMetaData();
            int width = columns.getColumnCount();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= width; i++) {
                names.add(columns.getColumnName(i));
            }
            String insert = "insert into " + table + " (" + String.join(", ", names)
                    + ") overriding system value values (" + String.join(", ", Collections.nCopies(width, "?")) + ")";
            try (PreparedStatement into = target.prepareStatement(insert)) {
                int waiting = 0;
                while (rows.next()) {
                    for (int i = 1; i <= width; i++) {
                        into.setObject(i, rows.getObject(i));
                    }
                    into.addBatch();
                    if (++waiting == BATCH) {
                        into.executeBatch();
                        waiting = 0;
                    }
                }
                into.executeBatch();
            }
        }
    }

    private static void mark(Connection source, String address) throws SQLException {
        execute(source, "create table " + MARK + " (address varchar not null, moved_at varchar not null)");
        try (PreparedStatement statement = source.prepareStatement("insert into " + MARK + " values (?, ?)")) {
            statement.setString(1, address);
            statement.setString(2, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            statement.executeUpdate();
        }
        execute(source, "checkpoint sync");
    }

    /** @throws ConfigurationException when the store has been left for another */
    static void refuseMoved(String prefix, DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            String marks = PostgreSql.text(
                    connection,
                    "select count(*) from information_schema.tables where lower(table_name) = '" + MARK + "'");
            if ("0".equals(marks)) {
                return;
            }
            throw new ConfigurationException(prefix + ".url: the store was moved to "
                    + PostgreSql.text(connection, "select address || ' at ' || moved_at from " + MARK)
                    + ", where the work goes on; set " + prefix + ".url to that.");
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

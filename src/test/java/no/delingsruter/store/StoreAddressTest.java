package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("Of several database hosts the one that answers is taken, for work and for leases, and by name")
    void severalHosts() throws Exception {
        String real = TestDatabase.POSTGRESQL.url(directory);
        int gone;
        try (ServerSocket free = new ServerSocket(0)) {
            gone = free.getLocalPort();
        }
        String both = real.replaceFirst("//", "//localhost:" + gone + ",");
        StoreAddress address =
                StoreAddress.await(both, "postgres", () -> "postgres").named("one");
        assertTrue(address.isShared());
        try (Connection connection = address.leases(Duration.ofSeconds(2)).open();
                var row = connection.createStatement().executeQuery("select current_setting('application_name')")) {
            assertTrue(row.next());
            assertEquals(StoreAddress.APPLICATION + "one", row.getString(1), "which sessions are an instance's");
        }
        assertTrue(PostgreSql.address(both, 10).contains("targetServerType=primary"), "never a standby");
    }

    @ParameterizedTest(name = "{0} sessions")
    @ValueSource(ints = {1, 2, 3})
    @DisplayName(
            "A pooler that lends sessions of the database to several clients is recognized, and statements are not prepared there")
    void pooler(int sessions) throws Exception {
        String real = TestDatabase.POSTGRESQL.url(directory);
        try (LendingPooler pooler = new LendingPooler(real, sessions)) {
            assertTrue(PostgreSql.goesThroughPooler(StoreAddress.await(pooler.url(), "postgres", () -> "postgres")
                    .url()));
        }
        assertFalse(PostgreSql.goesThroughPooler(
                StoreAddress.await(real, "postgres", () -> "postgres").url()));
    }

    @Test
    @DisplayName(
            "By such a pooler a store is moved, commands are run and results are delivered as the job works on its store")
    void allByThePooler() throws Exception {
        String h2 = "jdbc:h2:file:" + directory.resolve("old");
        Databases.openStore("store", h2, "", "", 2).close();
        try (LendingPooler pooler = new LendingPooler(TestDatabase.POSTGRESQL.url(directory), 8)) {
            String url = pooler.url();
            StoreMove.move(h2, "", "", url, "postgres", "postgres");
            try (HikariDataSource pool = Databases.openStoreAsItIs("store", url, "postgres", "postgres", 2)) {
                askOften(pool);
            }
            try (HikariDataSource pool = Databases.openReceiver("database", url, "postgres", () -> "postgres", 2)) {
                askOften(pool);
            }
        }
    }

    /** Often enough for the driver to have its statements prepared at the server. */
    private static void askOften(DataSource pool) throws SQLException {
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            for (int i = 0; i < 20; i++) {
                for (Connection connection : List.of(one, other)) {
                    try (PreparedStatement statement =
                            connection.prepareStatement("select count(*) from result where version > ?")) {
                        statement.setInt(1, i);
                        assertTrue(statement.executeQuery().next());
                    }
                }
            }
        }
    }
}

package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
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
    @ValueSource(ints = {1, 3})
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
}

package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}

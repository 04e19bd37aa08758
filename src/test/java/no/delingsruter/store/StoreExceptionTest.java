package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoreExceptionTest {
    @Test
    @DisplayName("I8: a failure is named by SQL state or class, and never by what its message says")
    void kind() {
        assertEquals(
                "SQL state 23505",
                StoreException.kind(
                        new IllegalStateException("01810012345", new SQLException("01810012345", "23505"))));
        assertEquals(
                "IllegalStateException",
                StoreException.kind(new IllegalStateException("01810012345", new IOException("01810012345"))));
    }

    @Test
    @DisplayName("I6: a database that is away is told from a statement that it refuses")
    void outOfReach() {
        for (String state : List.of("08001", "08006", "57P01", "57P03", "53300", "90098")) {
            assertTrue(
                    new StoreException(
                                    "Pending lookups cannot be read",
                                    new IllegalStateException(new SQLException("", state)))
                            .outOfReach(),
                    state);
        }
        assertTrue(new StoreException("Pending lookups cannot be read", new SQLTransientConnectionException(""))
                .outOfReach());
        for (String state : List.of("22001", "23505", "42P01", "")) {
            assertFalse(new StoreException("A page cannot be stored", new SQLException("", state)).outOfReach(), state);
        }
    }

    @Test
    @DisplayName("A failure of a delivery is named by its cause, not by Camel's wrapping")
    void camelsWrappingIsLeftOut() {
        assertEquals(
                "IOException",
                StoreException.kind(new CamelExecutionException("01810012345", null, new IOException("disk"))));
    }
}

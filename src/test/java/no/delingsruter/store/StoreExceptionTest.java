package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.sql.SQLException;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoreExceptionTest {
    @Test
    @DisplayName("I8: a failure is named by SQL state or class, and never by what its message says")
    void kind() {
        assertEquals("SQL state 23505", StoreException.kind(new IllegalStateException("01810012345", new SQLException("01810012345", "23505"))));
        assertEquals("IllegalStateException", StoreException.kind(new IllegalStateException("01810012345", new IOException("01810012345"))));
    }

    @Test
    @DisplayName("A failure of a delivery is named by its cause, not by Camel's wrapping")
    void camelsWrappingIsLeftOut() {
        assertEquals("IOException", StoreException.kind(new CamelExecutionException("01810012345", null, new IOException("disk"))));
    }
}

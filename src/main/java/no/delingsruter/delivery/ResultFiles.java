package no.delingsruter.delivery;

import org.apache.camel.Exchange;

/** Where direct:file writes. */
public interface ResultFiles extends AutoCloseable {
    /** Appends a delivery as a line; it counts as accepted when it is on disk. */
    void append(Exchange exchange) throws Exception;

    @Override
    default void close() {}
}

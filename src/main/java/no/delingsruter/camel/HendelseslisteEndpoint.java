package no.delingsruter.camel;

import no.delingsruter.work.PendingLookups;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * An exchange whenever an event list of Skatteetaten's is to be read: again at once while pages hold events, after the poll interval when
 * there is nothing new, after a growing pause when the call failed.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "hendelsesliste",
        title = "Hendelsesliste",
        syntax = "hendelsesliste:service",
        category = Category.SCHEDULING,
        consumerOnly = true)
public final class HendelseslisteEndpoint extends DefaultEndpoint {
    @UriPath(description = "Service of the catalogue")
    @Metadata(required = true)
    private final String service;

    HendelseslisteEndpoint(String uri, HendelseslisteComponent component, String service) {
        super(uri, component);
        this.service = service;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("hendelsesliste can only be consumed from");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        InstalledParts parts = InstalledParts.of(getCamelContext());
        PendingLookups shared = parts.lookups();
        HendelseslisteConsumer consumer = new HendelseslisteConsumer(
                this,
                processor,
                service,
                shared.organisations().apply(service),
                shared.pause().apply(service),
                shared.alerts(),
                shared.leases(),
                shared.states(),
                parts.lists());
        configureConsumer(consumer);
        return consumer;
    }

    public String getService() {
        return service;
    }
}

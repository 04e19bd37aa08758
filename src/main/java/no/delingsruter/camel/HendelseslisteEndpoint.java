package no.delingsruter.camel;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.ListStatus;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
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
@ManagedResource(description = "Hendelsesliste")
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
                parts.lists(),
                parts.spans());
        configureConsumer(consumer);
        return consumer;
    }

    public String getService() {
        return service;
    }

    @ManagedAttribute(description = "The states that the list is in, for all organisations")
    public String getListState() {
        return status().map(list -> list.state().name()).distinct().sorted().collect(Collectors.joining(", "));
    }

    @ManagedAttribute(description = "Lookups that are pending, for all organisations")
    public long getPendingLookups() {
        return status().mapToLong(ListStatus::pending).sum();
    }

    @ManagedAttribute(description = "Since the lookup that waits longest could have been made, of all organisations")
    public long getLagSeconds() {
        Instant now = Instant.now();
        return status().mapToLong(list -> list.lag(now)).max().orElse(0);
    }

    @ManagedAttribute(description = "Events that are parked, for all organisations")
    public long getParkedEvents() {
        return status().mapToLong(ListStatus::parked).sum();
    }

    private Stream<ListStatus> status() {
        return InstalledParts.of(getCamelContext()).status().get().stream()
                .filter(list -> list.list().service().equals(service));
    }
}

package no.delingsruter.camel;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.watch.WatchList;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code pending-lookup:<service>?lookup=<lookup>}: lookups that events asked for.
 * From it: one exchange for each lookup that is due, never two of one key; done removes it, failed brings it back or parks it.
 * To it: the event in the body asks for a lookup.
 */
@Component("pending-lookup")
public final class PendingLookupComponent extends DefaultComponent {
    private final PendingLookups pendingLookups;
    private final WatchList watchList;
    private final BiFunction<String, String, Optional<String>> fields;

    /** @param fields names of events' fields that go before the routes' own, by service and the end of the configuration key */
    public PendingLookupComponent(
            PendingLookups pendingLookups, WatchList watchList, BiFunction<String, String, Optional<String>> fields) {
        this.pendingLookups = pendingLookups;
        this.watchList = watchList;
        this.fields = fields;
    }

    Optional<String> field(String service, String key) {
        return fields.apply(service, key);
    }

    WatchList watchList() {
        return watchList;
    }

    PendingLookups pendingLookups() {
        return pendingLookups;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining.isBlank()) {
            throw new ConfigurationException(
                    "pending-lookup needs a service: pending-lookup:<service>?lookup=<lookup>.");
        }
        PendingLookupEndpoint endpoint = new PendingLookupEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}

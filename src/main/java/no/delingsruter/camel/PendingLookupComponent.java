package no.delingsruter.camel;

import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
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

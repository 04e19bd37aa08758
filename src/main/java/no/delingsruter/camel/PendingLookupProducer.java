package no.delingsruter.camel;

import java.util.Map;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.model.UnusableEventException;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** The event in the body (a map) asks for a lookup; it joins the page that is being read. */
final class PendingLookupProducer extends DefaultProducer {
    private final PendingLookupEndpoint endpoint;
    private final EventMapping mapping;
    private final boolean runs;

    PendingLookupProducer(PendingLookupEndpoint endpoint, EventMapping mapping) {
        super(endpoint);
        this.endpoint = endpoint;
        this.mapping = mapping;
        this.runs = endpoint.shared().runs(endpoint.getService(), endpoint.getLookup());
    }

    @Override
    public void process(Exchange exchange) {
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        if (page == null) {
            throw new IllegalStateException(
                    "pending-lookup takes events of a hendelsesliste; this message comes from elsewhere");
        }
        if (!runs) {
            page.leaveOut("lookup " + endpoint.getLookup() + " does not run");
            return;
        }
        if (!(exchange.getMessage().getBody() instanceof Map<?, ?> event)) {
            throw new UnusableEventException("the message that reached pending-lookup holds no event");
        }
        try {
            for (LookupKey key :
                    mapping.keys(endpoint.getService(), page.organisation(), endpoint.getLookup(), event)) {
                page.add(key, event);
            }
        } catch (UnusableEventException e) {
            page.park(endpoint.getLookup(), e.getMessage());
        }
    }
}

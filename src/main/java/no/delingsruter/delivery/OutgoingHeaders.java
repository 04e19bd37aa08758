package no.delingsruter.delivery;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.ResultHeaders;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;

/**
 * Keeps the headers of a result that are not to leave from every endpoint that would send headers on: by default a receiver's access
 * log must not show whom a result is about. Messages that are no result, of an application's own routes, keep theirs.
 */
public final class OutgoingHeaders extends LifecycleStrategySupport {
    /** Read by Kafka's producer from the message itself; nobody else has a use for it. */
    private static final String RECORD_KEY = "kafka.KEY";

    private final Set<String> withheld;

    /** @param named may leave */
    public OutgoingHeaders(List<String> named) {
        withheld = Stream.concat(ResultHeaders.ALL.stream(), Stream.of(RECORD_KEY))
                .filter(header -> !named.contains(header))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void onEndpointAdd(Endpoint endpoint) {
        // Some, Kafka's among them, keep it in their configuration
        Object configuration = PluginHelper.getBeanIntrospection(endpoint.getCamelContext())
                .getOrElseProperty(endpoint, "configuration", null, false);
        if (endpoint instanceof HeaderFilterStrategyAware aware) {
            withhold(aware);
        } else if (configuration instanceof HeaderFilterStrategyAware aware) {
            withhold(aware);
        }
    }

    private void withhold(HeaderFilterStrategyAware aware) {
        HeaderFilterStrategy usual = aware.getHeaderFilterStrategy();
        aware.setHeaderFilterStrategy(new HeaderFilterStrategy() {
            @Override
            public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
                boolean ofResult = exchange.getProperty(LookupExecution.PROPERTY) != null;
                return (ofResult && withheld.contains(name))
                        || (usual != null && usual.applyFilterToCamelHeaders(name, value, exchange));
            }

            @Override
            public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
                return usual != null && usual.applyFilterToExternalHeaders(name, value, exchange);
            }
        });
    }
}

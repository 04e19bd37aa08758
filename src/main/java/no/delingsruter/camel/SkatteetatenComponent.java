package no.delingsruter.camel;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code skatteetaten:<api>}: makes the call that a list or a lookup has prepared, through the gateway. All calls share one
 * HTTP component of their own, so that a route's own {@code http:} endpoints stay as they are.
 */
@Component("skatteetaten")
public final class SkatteetatenComponent extends DefaultComponent {
    private final HttpComponent http = new HttpComponent();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SkatteetatenEndpoint endpoint = new SkatteetatenEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        http.setCamelContext(getCamelContext());
        new HttpClientSettings(InstalledParts.of(getCamelContext()).settings()).applyTo(http);
        http.start();
    }

    @Override
    protected void doStop() throws Exception {
        http.stop();
        super.doStop();
    }

    /** Where the calls of an API go. */
    Endpoint http(String api, String hosts) throws Exception {
        return http.createEndpoint(
                ApiAddress.of(InstalledParts.of(getCamelContext()).settings(), api, hosts)
                        + "?throwExceptionOnFailure=false");
    }
}

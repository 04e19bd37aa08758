package no.delingsruter.camel;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code hendelsesliste:<service>}: see {@link HendelseslisteEndpoint}. */
@Component("hendelsesliste")
public final class HendelseslisteComponent extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new HendelseslisteEndpoint(uri, this, remaining);
    }
}

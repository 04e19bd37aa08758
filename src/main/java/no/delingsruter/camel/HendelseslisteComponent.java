package no.delingsruter.camel;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import no.delingsruter.observation.Alerts;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code hendelsesliste:<service>}: an exchange whenever the service's event list is to be read, for each organisation by
 * itself: again at once while pages hold events, after the poll interval when there is nothing new, after a growing pause
 * when the call failed.
 */
@Component("hendelsesliste")
public final class HendelseslisteComponent extends DefaultComponent {
    private final Function<String, List<String>> organisations;
    private final Function<String, Duration> interval;
    private final Alerts alerts;

    /**
     * @param organisations acted for, by service
     * @param interval      between polls when there is nothing new, by service
     */
    public HendelseslisteComponent(
            Function<String, List<String>> organisations, Function<String, Duration> interval, Alerts alerts) {
        this.organisations = organisations;
        this.interval = interval;
        this.alerts = alerts;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new HendelseslisteEndpoint(uri, this, remaining);
    }

    /** See {@link HendelseslisteComponent}. */
    @UriEndpoint(
            firstVersion = "1.0.0",
            scheme = "hendelsesliste",
            title = "Hendelsesliste",
            syntax = "hendelsesliste:service",
            category = Category.SCHEDULING,
            consumerOnly = true)
    public static final class HendelseslisteEndpoint extends DefaultEndpoint {
        @UriPath(description = "Service of the catalogue")
        private final String service;

        private final HendelseslisteComponent component;

        HendelseslisteEndpoint(String uri, HendelseslisteComponent component, String service) {
            super(uri, component);
            this.component = component;
            this.service = service;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("hendelsesliste can only be consumed from");
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            HendelseslisteConsumer consumer = new HendelseslisteConsumer(
                    this,
                    processor,
                    service,
                    component.organisations.apply(service),
                    component.interval.apply(service),
                    component.alerts);
            configureConsumer(consumer);
            return consumer;
        }

        public String getService() {
            return service;
        }
    }
}

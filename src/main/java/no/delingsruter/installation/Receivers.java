package no.delingsruter.installation;

import no.delingsruter.delivery.DeliveryMessage;
import no.delingsruter.model.HeldResult;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.work.LookupExecution;
import no.delingsruter.work.Redelivery;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceHelper;

/** Where results go when they are delivered again: the delivery route, or one of its endpoints. */
final class Receivers implements Redelivery.Receivers {
    private static final String ALL = "direct:delivery";

    private final CamelContext camel;
    private final DeliveryMessage message;
    private ProducerTemplate template;

    Receivers(CamelContext camel, DeliveryMessage message) {
        this.camel = camel;
        this.message = message;
    }

    @Override
    public void deliver(HeldResult result, String endpoint) throws Exception {
        Exchange done = template().send(endpoint.isEmpty() ? ALL : endpoint, ExchangePattern.InOnly, exchange -> {
            // It is a result like any other: what is withheld from receivers is withheld here
            exchange.setProperty(
                    LookupExecution.PROPERTY,
                    new LookupExecution(PendingLookup.first(result.key(), result.sekvensnummer())));
            message.again(exchange.getMessage(), result);
            if (!endpoint.isEmpty()) {
                // As the delivery route does
                exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
                exchange.getMessage()
                        .setHeader("Idempotency-Key", exchange.getMessage().getHeader("idempotencyKey"));
                exchange.getMessage()
                        .setHeader("kafka.KEY", exchange.getMessage().getHeader("keyHash"));
            }
        });
        if (done.getException() != null) {
            throw done.getException();
        }
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = camel.createProducerTemplate();
            ServiceHelper.startService(template);
        }
        return template;
    }
}

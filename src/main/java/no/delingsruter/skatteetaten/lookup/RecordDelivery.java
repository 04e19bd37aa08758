package no.delingsruter.skatteetaten.lookup;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.Outcome;
import no.delingsruter.skatteetaten.list.RecordList;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;

/** For lists that hold whole records: the event is the result, and nothing is looked up. */
public final class RecordDelivery {
    private final Delivery delivery;

    public RecordDelivery(Delivery delivery) {
        this.delivery = delivery;
    }

    /** The body becomes the record as received, with the headers of a delivery. */
    public void record(Exchange exchange) {
        LookupExecution result = exchange.getProperty(LookupExecution.PROPERTY, LookupExecution.class);
        if (result == null || !(exchange.getMessage().getBody() instanceof Map<?, ?> event)) {
            throw new IllegalStateException(
                    "record-action takes messages of pending-lookup-source; this one comes from elsewhere");
        }
        if (!(event.get(RecordList.RECORD) instanceof String record)) {
            throw new CallFailedException(
                    Kind.REFUSED, "there is no record to deliver: this list has no lookup", null, null);
        }
        delivery.prepare(
                exchange,
                result,
                Outcome.FOUND,
                record.getBytes(StandardCharsets.UTF_8),
                (String) event.get(RecordList.KORRELASJONSID),
                false);
    }
}

package no.delingsruter.skatteetaten.list;

import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.skatteetaten.Call;
import org.apache.camel.Exchange;

/** Where a list begins, from first, now or a date on: asked by an operator, beside the list's being followed. */
final class FirstNumber {
    private final EventList list;

    FirstNumber(EventList list) {
        this.list = list;
    }

    /** The property {@link EventList#FIRST} becomes the number where no call is needed for it. */
    void request(Exchange exchange, String organisation) {
        Start start = Start.of(
                exchange.getProperty(EventList.FIRST, String.class), list.service(), organisation, list.firstNumber());
        if (start.first()) {
            exchange.setProperty(EventList.FIRST, start.sekvensnummer());
            exchange.setRouteStop(true);
            return;
        }
        Call call = list.begin(start);
        if (call == null) {
            throw new ConfigurationException(list.service() + ": this list does not say where it begins.");
        }
        // An operator may ask while the service stands still
        call.of(null, "").attachTo(exchange);
    }

    /** The property {@link EventList#FIRST} becomes the number. */
    void read(Exchange exchange) {
        Call call = Call.of(exchange);
        if (call.status() != 200) {
            list.refused(call);
        }
        long first = call.status() == 200 ? list.position(call) : 0;
        if (first < list.firstNumber()) {
            throw call.failed(Kind.BUSY, "the list has no number for it: it holds no event of that day or later", null);
        }
        exchange.setProperty(EventList.FIRST, first);
        exchange.getMessage().setBody(List.of());
    }
}

package no.delingsruter.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Outcome;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeliveryMessageTest {
    private static final LookupKey KEY = new LookupKey("inntekt", "self", "inntekt", "01810012345", "2024-03", "", 0);
    private final DeliveryMessage messages = new DeliveryMessage("a secret".getBytes(StandardCharsets.US_ASCII));

    @Test
    @DisplayName("I9: the same result for the same event has the same idempotency key, however often it is delivered")
    void repeatHasTheSameKey() {
        assertEquals(idempotencyKey(5, "{\"a\":1}", Outcome.FOUND), idempotencyKey(5, "{\"a\":1}", Outcome.FOUND));
    }

    @Test
    @DisplayName("I9: newer data, found by a lookup that is repeated after a crash, is not taken for a repeat")
    void otherDataHasAnotherKey() {
        assertNotEquals(idempotencyKey(5, "{\"a\":1}", Outcome.FOUND), idempotencyKey(5, "{\"a\":2}", Outcome.FOUND));
        assertNotEquals(idempotencyKey(5, "", Outcome.NONE), idempotencyKey(5, "", Outcome.DELETED));
        assertNotEquals(idempotencyKey(5, "{\"a\":1}", Outcome.FOUND), idempotencyKey(6, "{\"a\":1}", Outcome.FOUND));
    }

    @Test
    @DisplayName("I4: all results of a key have one record key, so that a topic keeps their order; it names nobody")
    void recordKey() {
        String first = header("keyHash", 5, "{\"a\":1}", Outcome.FOUND);
        assertEquals(first, header("keyHash", 6, "{\"a\":2}", Outcome.DELETED));
        assertFalse(first.contains(KEY.identifikator()), first);
    }

    private String idempotencyKey(long sekvensnummer, String payload, Outcome outcome) {
        return header("idempotencyKey", sekvensnummer, payload, outcome);
    }

    private String header(String name, long sekvensnummer, String payload, Outcome outcome) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        messages.prepare(
                exchange,
                new LookupExecution(PendingLookup.of(KEY, sekvensnummer, false, null)),
                outcome,
                payload.getBytes(StandardCharsets.UTF_8),
                "id",
                false);
        return exchange.getMessage().getHeader(name, String.class);
    }
}

package no.delingsruter.simulator.fault;

import io.vertx.core.buffer.Buffer;

/** Sends something under the right Content-Type that is neither JSON nor XML. */
public record Garbage() implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange()
                .send(context.normal().get().body(Buffer.buffer("{\"kode\": <<<\u0000}]} ikke json, ikke xml")));
    }
}

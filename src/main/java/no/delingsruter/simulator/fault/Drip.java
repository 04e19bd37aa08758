package no.delingsruter.simulator.fault;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Exchange;

/**
 * Sends the right body a few bytes at a time.
 *
 * @param bytes at a time; 0: 10
 * @param everyMs between them; 0: 100
 */
public record Drip(int bytes, long everyMs) implements FaultAction {
    public Drip {
        bytes = bytes <= 0 ? 10 : bytes;
        everyMs = everyMs <= 0 ? 100 : everyMs;
    }

    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        HttpServerResponse out = context.exchange().head(answer);
        out.putHeader("Content-Length", String.valueOf(answer.body().length()));
        next(context.exchange(), out, answer, 0);
    }

    private void next(Exchange exchange, HttpServerResponse out, Answer answer, int from) {
        Buffer body = answer.body();
        int to = Math.min(from + bytes, body.length());
        if (to == body.length()) {
            exchange.finish(answer);
            out.end(body.getBuffer(from, to));
        } else {
            out.write(body.getBuffer(from, to));
            exchange.later(everyMs, () -> next(exchange, out, answer, to));
        }
    }
}

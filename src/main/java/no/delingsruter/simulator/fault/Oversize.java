package no.delingsruter.simulator.fault;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Exchange;

/**
 * Sends a body far larger than any real one, chunked, as fast as the client reads it.
 *
 * @param megabytes 0: 200
 */
public record Oversize(int megabytes) implements FaultAction {
    private static final Buffer CHUNK = Buffer.buffer(" ".repeat(64 * 1024));

    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        HttpServerResponse out = context.exchange().head(answer).setChunked(true);
        pour(context.exchange(), out, answer, (megabytes == 0 ? 200 : megabytes) * 16L);
    }

    // blanks first, then the right answer: a reader without a limit would take it for right
    private static void pour(Exchange exchange, HttpServerResponse out, Answer answer, long chunks) {
        long left = chunks;
        while (left > 0 && !exchange.isOver()) {
            if (out.writeQueueFull()) {
                long rest = left;
                out.drainHandler(drained -> pour(exchange, out, answer, rest));
                return;
            }
            out.write(CHUNK.copy());
            left--;
        }
        if (!exchange.isOver()) {
            out.drainHandler(null);
            exchange.finish(answer);
            out.end(answer.body());
        }
    }
}

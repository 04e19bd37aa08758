package no.delingsruter.simulator.call;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.UUID;
import no.delingsruter.simulator.count.Counters;

/**
 * One call on its way to an answer. The call counts as in flight until just before the last byte of its answer: a client that sends its next call as
 * soon as it has read this one must never be seen with one too many.
 */
public final class Exchange {
    private final Vertx vertx;
    private final Call call;
    private final Counters counters;
    private final Counters.Ticket ticket;
    private final HttpServerResponse response;

    public Exchange(Vertx vertx, Call call, Counters counters) {
        this.vertx = vertx;
        this.call = call;
        this.counters = counters;
        response = call.request().response();
        ticket = counters.begin(call.group(), call.organisation(), call.kind());
        response.closeHandler(closed -> counters.end(ticket, Counters.CLOSED, 0));
        response.exceptionHandler(e -> {});
    }

    public Call call() {
        return call;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** Whether there is no one left to answer. */
    public boolean isOver() {
        return response.ended() || response.closed();
    }

    /**
     * Runs something later, unless the client has gone by then.
     *
     * @param ms 0: as soon as every call has been counted that has arrived together with this one; answering at once would hide that they were several
     */
    public void later(long ms, Runnable what) {
        Runnable unlessGone = () -> {
            if (!isOver()) {
                what.run();
            }
        };
        if (ms <= 0) {
            vertx.runOnContext(now -> unlessGone.run());
        } else {
            vertx.setTimer(ms, id -> unlessGone.run());
        }
    }

    /** Sends a whole answer. */
    public void send(Answer answer) {
        if (isOver()) {
            return;
        }
        HttpServerResponse out = head(answer);
        finish(answer);
        // HEAD and 304 carry no body; Vert.x knows
        out.end(answer.body());
    }

    /** The status line and the headers, not yet sent; the body is the caller's business, and so is {@link #finish}. */
    public HttpServerResponse head(Answer answer) {
        response.setStatusCode(answer.status());
        if (answer.contentType() != null) {
            response.putHeader("Content-Type", answer.contentType());
        }
        String id = call.korrelasjonsid();
        response.putHeader("korrelasjonsid", id != null ? id : UUID.randomUUID().toString());
        answer.headers().forEach(response::putHeader);
        return response;
    }

    /** Counts the call as over. To be called just before the last byte. */
    public void finish(Answer answer) {
        // The clock first: a pause between the two must not lengthen what the client is asked to wait
        long now = System.nanoTime();
        long wait = RetryAfter.millis(answer.headers().get("Retry-After"));
        counters.end(ticket, answer.status(), wait > 0 ? now + wait * 1_000_000 : 0);
    }

    /** Breaks the connection off, as seen by the client: "connection reset by peer". */
    public void reset() {
        counters.end(ticket, Counters.RESET, 0);
        ConnectionBase connection = (ConnectionBase) call.request().connection();
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = connection.channel().close();
    }

    /**
     * Sends part of a body and then {@link #reset breaks off}.
     *
     * @param length the Content-Length to promise
     */
    public void sendAndReset(Answer answer, Buffer part, int length) {
        HttpServerResponse out = head(answer);
        out.putHeader("Content-Length", String.valueOf(length));
        out.write(
                part,
                written -> later(20, this::reset)); // a moment, so that the part arrives before the reset overtakes it
    }
}

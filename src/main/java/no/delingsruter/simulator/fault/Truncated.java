package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Answer;

/**
 * Sends the first part of the body as if it were all of it: Content-Length is right, the text is not.
 *
 * @param share of the body that is sent; null: half
 */
public record Truncated(Double share) implements FaultAction {
    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        context.exchange().send(answer.body(answer.body().getBuffer(0, (int)
                (answer.body().length() * (share == null ? 0.5 : share)))));
    }
}

package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Answer;

/** Promises the whole body, sends half of it and breaks the connection off. */
public record ResetInBody() implements FaultAction {
    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        int length = answer.body().length();
        context.exchange().sendAndReset(answer, answer.body().getBuffer(0, length / 2), length);
    }
}

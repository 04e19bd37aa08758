package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Answer;

/** Answers 200 with a login page, as a proxy in between does. */
public record LoginPage() implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange()
                .send(
                        Answer.of(
                                200,
                                "text/html;charset=UTF-8",
                                "<!DOCTYPE html><html><head><title>Logg inn</title></head><body><form method=\"post\"><input name=\"bruker\"></form></body></html>"));
    }
}

package no.delingsruter.simulator.fault;

import io.vertx.core.buffer.Buffer;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.data.Identifikator;

/** Answers with the data of somebody else than the one asked for. */
public record AnotherPerson() implements FaultAction {
    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        String asked = context.exchange().call().identifikator();
        if (asked != null) {
            Identifikator kind = asked.length() == 11
                    ? Identifikator.PERSON
                    : asked.length() == 9 ? Identifikator.ORGANISASJON : Identifikator.REFERANSE;
            answer = answer.body(Buffer.buffer(answer.body().toString().replace(asked, kind.other(asked))));
        }
        context.exchange().send(answer);
    }
}

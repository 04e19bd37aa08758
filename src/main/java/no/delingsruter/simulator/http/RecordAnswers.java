package no.delingsruter.simulator.http;

import java.util.List;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.Mix;
import no.delingsruter.simulator.payload.Payload;
import no.delingsruter.simulator.payload.Values;

/** Answers trekkpaalegg: a bare array of full records, newer than (not from) fraSekvensnummer. */
final class RecordAnswers {
    private final World world;

    RecordAnswers(World world) {
        this.world = world;
    }

    Answer answer(Call call) {
        if (Format.negotiate(call.accept(), call.list().formats()) == null) {
            return Errors.of(call, Meaning.FORMAT, "Oppgitt format støttes ikke");
        }
        long after = ListAnswers.number(call.query("fraSekvensnummer"), 0);
        long most = ListAnswers.number(call.query("maksAntall"), 1000);
        if (after < 0 || most <= 0) {
            return Errors.of(call, Meaning.INPUT, "fraSekvensnummer må være 0 eller mer, og maksAntall større enn 0");
        }
        EventLog log = world.log(call.list().id());
        Payload payload = world.payload(call.list());
        int first = log.from(after + 1);
        int last = (int) Math.min(log.size(), first + Math.min(most, 10_000));
        StringBuilder out = new StringBuilder("[");
        for (int i = first; i < last; i++) {
            out.append(i == first ? "" : ",");
            payload.write(
                    out,
                    List.of(new Values(
                            log.stateAfter(i), null, Mix.hash(call.list().id()))),
                    false);
        }
        return Answer.of(Format.JSON, out.append(']'));
    }
}

package no.delingsruter.simulator.http;

import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.EventView;

/**
 * Answers aktoerregister, of NAV: a bare array from the number asked for on, or the next one that there is; each aktoer once, with its
 * newest event. Rules: README of navikt/bidrag-aktoerregister.
 */
final class RegisterAnswers {
    private static final int MOST = 10_000;
    private final World world;

    RegisterAnswers(World world) {
        this.world = world;
    }

    Answer answer(Call call) {
        if (Format.negotiate(call.accept(), call.list().formats()) == null) {
            return Errors.of(call, Meaning.FORMAT, "Oppgitt format støttes ikke");
        }
        long from = ListAnswers.number(call.query("fraSekvensnummer"), 0);
        long antall = ListAnswers.number(call.query("antall"), 1000);
        if (from < 0 || antall <= 0) {
            return Errors.of(call, Meaning.INPUT, "fraSekvensnummer må være 0 eller mer, og antall større enn 0");
        }
        EventLog log = world.log(call.list().id());
        StringBuilder out = new StringBuilder("[");
        int written = 0;
        for (int i = log.from(from); i < log.size() && written < Math.min(antall, MOST); i++) {
            if (log.isNewest(i)) {
                write(out.append(written == 0 ? "" : ","), log.event(i));
                written++;
            }
        }
        return Answer.of(Format.JSON, out.append(']'));
    }

    private static void write(StringBuilder out, EventView event) {
        String ident = event.identifikator();
        out.append("{\"sekvensnummer\":")
                .append(event.sekvensnummer())
                .append(",\"aktoerId\":{\"aktoerId\":\"")
                .append(ident)
                .append("\",\"identtype\":\"")
                .append(ident.matches("[89]\\d{10}") ? "AKTOERNUMMER" : "PERSONNUMMER")
                .append("\"}}");
    }
}

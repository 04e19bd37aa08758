package no.delingsruter.simulator.http;

import java.time.format.DateTimeParseException;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Tid;
import no.delingsruter.simulator.payload.EventWriter;

/** Answers the classic event lists: /hendelser and /hendelser/start. */
final class ListAnswers {
    private static final String NS = "urn:no:skatteetaten:datasamarbeid:hendelser:v1";
    private final World world;
    private final int defaultAntall;
    private final int maxAntall;

    /**
     * @param defaultAntall events in a page when antall is left out
     * @param maxAntall and at most
     */
    ListAnswers(World world, int defaultAntall, int maxAntall) {
        this.world = world;
        this.defaultAntall = defaultAntall;
        this.maxAntall = maxAntall;
    }

    Answer answer(Call call) {
        ListApi list = call.list();
        Format format = Format.negotiate(call.accept(), list.formats());
        if (format == null) {
            return Errors.of(call, Meaning.FORMAT, "Oppgitt format støttes ikke");
        }
        return call.operation().equals("start") ? start(call, format) : page(call, format);
    }

    private Answer page(Call call, Format format) {
        EventLog log = world.log(call.list().id());
        long from = number(call.query("fraSekvensnummer"), 1);
        long antall = number(call.query("antall"), defaultAntall);
        if (from <= 0) {
            return Errors.of(call, Meaning.INPUT, "fraSekvensnummer må være et heltall større enn 0");
        }
        if (antall <= 0) {
            return Errors.of(call, Meaning.INPUT, "antall må være et heltall større enn 0");
        }
        int first = log.from(from);
        int last = (int) Math.min(log.size(), first + Math.min(antall, maxAntall));
        if (first >= last) {
            return call.list().empty() == 404
                    ? Errors.of(call, Meaning.EMPTY, "Ingen hendelser funnet for oppgitt input")
                    : nothing(format);
        }
        EventWriter writer = new EventWriter(call.list());
        StringBuilder out = new StringBuilder((last - first) * 160 + 100);
        if (format.isXml()) {
            out.append("<?xml version='1.0' encoding='UTF-8'?>\n<hendelser xmlns=\"")
                    .append(NS)
                    .append("\">");
            for (int i = first; i < last; i++) {
                writer.xml(out.append("<hendelse>"), log.event(i), "");
                out.append("</hendelse>");
            }
            out.append("</hendelser>");
        } else {
            out.append("{\"hendelser\":");
            array(out, call.list(), log, first, last, writer);
            out.append('}');
        }
        return Answer.of(format, out);
    }

    private void array(StringBuilder out, ListApi list, EventLog log, int first, int last, EventWriter writer) {
        for (int i = first; i < last; i++) {
            out.append(i == first ? '[' : ',');
            String recorded = world.recorded().event(list.id(), i);
            if (recorded != null) {
                out.append(recorded);
            } else {
                EventView event = log.event(i);
                writer.json(out, event);
            }
        }
        out.append(']');
    }

    private static Answer nothing(Format format) {
        return Answer.of(
                format,
                format.isXml()
                        ? "<?xml version='1.0' encoding='UTF-8'?>\n<hendelser xmlns=\"" + NS + "\"/>"
                        : "{\"hendelser\":[]}");
    }

    private Answer start(Call call, Format format) {
        EventLog log = world.log(call.list().id());
        String dato = call.query("dato");
        long number;
        if (dato == null) {
            number = log.firstNumber();
        } else {
            try {
                if (Tid.isFuture(dato)) {
                    return Errors.of(call, Meaning.INPUT, "dato kan ikke være i fremtiden");
                }
                number = log.firstSince(Tid.day(dato));
            } catch (DateTimeParseException e) {
                return Errors.of(call, Meaning.INPUT, "dato må være på formatet YYYY-MM-DD");
            }
        }
        if (number == 0) {
            return Errors.of(call, Meaning.EMPTY, "Ingen hendelser funnet for oppgitt input");
        }
        return Answer.of(
                format,
                format.isXml()
                        ? "<?xml version='1.0' encoding='UTF-8'?>\n<start xmlns=\"" + NS + "\"><sekvensnummer>" + number
                                + "</sekvensnummer></start>"
                        : "{\"sekvensnummer\":" + number + "}");
    }

    /** @return -1 when the text is no number */
    static long number(String text, long otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}

package no.delingsruter.simulator.http;

import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Mix;
import no.delingsruter.simulator.data.Tid;
import no.delingsruter.simulator.payload.EventWriter;

/** Answers Folkeregisteret's feed: pages of 1000, a bare array or Atom, ETag and 304. */
final class FeedAnswers {
    private static final int PAGE = 1000;
    private static final String NS = "folkeregisteret:tilgjengeliggjoering:hendelse:v1";
    private final World world;

    FeedAnswers(World world) {
        this.world = world;
    }

    Answer answer(Call call) {
        ListApi list = call.list();
        EventLog log = world.log(list.id());
        Format format = Format.negotiate(call.accept(), list.formats());
        if (format == null) {
            return Errors.of(call, Meaning.FORMAT, "Oppgitt format støttes ikke");
        }
        if (call.operation().equals("siste")) {
            return Answer.of(
                    format,
                    format.isXml()
                            ? "<sekvensnummer>" + log.lastNumber() + "</sekvensnummer>"
                            : String.valueOf(log.lastNumber()));
        }
        long seq = ListAnswers.number(call.query("seq"), 0);
        if (seq < 0) {
            return Errors.of(call, Meaning.INPUT, "seq må være et heltall");
        }
        int size = log.size();
        int first = log.from(seq);
        int last = Math.min(size, first + PAGE);
        String etag = "\""
                + Long.toHexString(
                        Mix.hash(seq, last - first) ^ Mix.hash(format.name().hashCode(), last)) + "\"";
        if (etag.equals(call.headers().get("If-None-Match"))) {
            return Answer.of(304, null, "").header("ETag", etag);
        }
        StringBuilder out = new StringBuilder((last - first) * 300 + 500);
        if (format.isXml()) {
            atom(out, list, log, first, last, seq, last < size);
        } else {
            json(out, list, log, first, last);
        }
        return Answer.of(format, out).header("ETag", etag);
    }

    private void json(StringBuilder out, ListApi list, EventLog log, int first, int last) {
        EventWriter writer = new EventWriter(list);
        out.append('[');
        for (int i = first; i < last; i++) {
            out.append(i == first ? "" : ",");
            String recorded = world.recorded().event(list.id(), i);
            if (recorded != null) {
                out.append(recorded);
            } else {
                EventView event = log.event(i);
                out.append("{\"sekvensnummer\":").append(event.sekvensnummer()).append(",\"hendelse\":");
                writer.json(out, event);
                out.append('}');
            }
        }
        out.append(']');
    }

    private static void atom(
            StringBuilder out, ListApi list, EventLog log, int first, int last, long seq, boolean more) {
        EventWriter writer = new EventWriter(list);
        out.append(
                        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>feed</id><title>Offentlig hendelsesliste</title>")
                .append(
                        "<author><name>Skatteetaten</name></author><link rel='self' type='application/atom+xml' href='feed?seq=")
                .append(seq)
                .append("'/>")
                .append("<link rel='first' type='application/atom+xml' href='feed?seq=0'/>");
        if (more) {
            out.append("<link rel='next' type='application/atom+xml' href='feed?seq=")
                    .append(log.event(last).sekvensnummer())
                    .append("'/>");
        }
        for (int i = first; i < last; i++) {
            EventView event = log.event(i);
            out.append("<entry xmlns:ns2=\"")
                    .append(NS)
                    .append("\"><title>Hendelse</title><id>tag:skatteetaten.no,2019-05-16:")
                    .append(NS)
                    .append(':')
                    .append(event.sekvensnummer())
                    .append("</id><updated>");
            Tid.append(out, event.registrert(), "millis");
            out.append("</updated><content type=\"application/xml\"><ns2:lagretHendelse><ns2:sekvensnummer>")
                    .append(event.sekvensnummer())
                    .append("</ns2:sekvensnummer><ns2:hendelse>");
            writer.xml(out, event, "ns2:");
            out.append("</ns2:hendelse></ns2:lagretHendelse></content></entry>");
        }
        out.append("</feed>");
    }
}

package no.delingsruter.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.count.Counters;

/** Answers Folkeregisteret's bulk lookups: an object with one array of at most 1000 identifiers in, {@code {"oppslag":[...]}} out. JSON only. */
final class BulkAnswers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final LookupAnswers lookups;
    private final Counters counters;

    BulkAnswers(LookupAnswers lookups, Counters counters) {
        this.lookups = lookups;
        this.counters = counters;
    }

    Answer answer(Call call, Buffer body) {
        JsonNode ids;
        String type = call.headers().get("Content-Type");
        try {
            JsonNode tree = JSON.readTree(body.getBytes());
            ids = tree.isArray()
                    ? tree
                    : tree.isObject() && tree.size() == 1 ? tree.elements().next() : JSON.nullNode();
        } catch (IOException e) {
            ids = JSON.nullNode();
        }
        if (type == null || !type.startsWith("application/json") || !ids.isArray() || ids.size() > 1000) {
            return Errors.of(call, Meaning.INPUT, "Ugyldig forespørsel");
        }
        LookupApi lookup = call.lookup();
        String idName = lookup.id().equals("person")
                ? "foedselsEllerDNummer"
                : lookup.id().equals("persondokument") ? "dokumentidentifikator" : "hendelsesidentifikator";
        String bodyName = lookup.id().equals("hendelsesdokument") ? "dokumentForHendelse" : "folkeregisterperson";
        StringBuilder out = new StringBuilder("{\"oppslag\":[");
        String separator = "";
        for (JsonNode id : ids) {
            counters.lookup(lookup.id(), id.asText(), null);
            Answer one = lookups.current(lookup, id.asText(), null, null, Format.JSON);
            out.append(separator).append("{\"").append(idName).append("\":").append(id);
            if (one.status() == 200) {
                out.append(",\"").append(bodyName).append("\":").append(one.body());
            } else {
                out.append(",\"feilmelding\":\"Ingen treff\"");
            }
            out.append('}');
            separator = ",";
        }
        return Answer.of(Format.JSON, out.append("]}"));
    }
}

package no.delingsruter.camel;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.model.ListStatus;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** How each event list stands, among Camel's developer consoles. */
@DevConsole(name = "delingsruter", displayName = "Delingsruter", description = "How far each event list has come")
public final class StatusConsole extends AbstractDevConsole {
    public StatusConsole() {
        super("delingsruter", "delingsruter", "Delingsruter", "How far each event list has come");
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        Instant now = Instant.now();
        for (ListStatus list : InstalledParts.of(getCamelContext()).status().get()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %s, read to %s, %d pending, lag %d s, %d parked%n",
                    list.list(),
                    list.state(),
                    list.position() == null ? "nothing" : list.position(),
                    list.pending(),
                    list.lag(now),
                    list.parked()));
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray lists = new JsonArray();
        Instant now = Instant.now();
        for (ListStatus list : InstalledParts.of(getCamelContext()).status().get()) {
            JsonObject one = new JsonObject();
            one.put("service", list.list().service());
            one.put("organisation", list.list().organisation());
            one.put("state", list.state().name());
            one.put("position", list.position());
            one.put("pending", list.pending());
            one.put("lagSeconds", list.lag(now));
            one.put("parked", list.parked());
            lists.add(one);
        }
        JsonObject root = new JsonObject();
        root.put("lists", lists);
        return root;
    }
}

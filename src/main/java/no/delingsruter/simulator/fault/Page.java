package no.delingsruter.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import no.delingsruter.simulator.call.Answer;

/**
 * Sends a page of events that is well-formed but odd. Pages that are not JSON, or hold no events, stay as they are.
 *
 * @param change unsorted (backwards), repeated (each event twice), lower (numbers begin at 1 again), unknown-fields, no-hendelser, over-int32
 */
public record Page(String change) implements FaultAction {
    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Change {
        UNSORTED,
        REPEATED,
        LOWER,
        UNKNOWN_FIELDS,
        NO_HENDELSER,
        OVER_INT32
    }

    public Page {
        try {
            kind(change);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "page.change is unsorted, repeated, lower, unknown-fields, no-hendelser or over-int32, not '"
                            + change + "'");
        }
    }

    private static Change kind(String text) {
        return Change.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        boolean events = answer.status() == 200 && answer.contentType().startsWith("application/json");
        context.exchange().send(events ? answer.body(changed(answer.body())) : answer);
    }

    private Buffer changed(Buffer body) {
        try {
            JsonNode tree = JSON.readTree(body.getBytes());
            JsonNode events = tree.isArray() ? tree : tree.path("hendelser");
            if (events instanceof ArrayNode array && !array.isEmpty()) {
                change(tree, array);
            }
            return Buffer.buffer(JSON.writeValueAsBytes(tree));
        } catch (IOException e) {
            return body;
        }
    }

    private void change(JsonNode tree, ArrayNode events) {
        switch (kind(change)) {
            case UNSORTED -> reorder(events, Collections::reverse);
            case REPEATED ->
                reorder(events, list -> {
                    List<JsonNode> twice = new ArrayList<>();
                    list.forEach(e -> twice.addAll(List.of(e, e.deepCopy())));
                    list.clear();
                    list.addAll(twice);
                });
            case LOWER ->
                renumber(events, 1 - events.get(0).path("sekvensnummer").asLong());
            case OVER_INT32 -> renumber(events, 3_000_000_000L);
            case UNKNOWN_FIELDS -> {
                for (JsonNode event : events) {
                    ((ObjectNode) event)
                            .put("nyttFelt", "ukjent")
                            .putObject("nyStruktur")
                            .putArray("liste")
                            .add(1)
                            .addNull();
                }
            }
            case NO_HENDELSER -> {
                if (tree instanceof ObjectNode object) {
                    object.remove("hendelser");
                } else {
                    events.removeAll();
                }
            }
        }
    }

    private static void reorder(ArrayNode events, Consumer<List<JsonNode>> how) {
        List<JsonNode> list = new ArrayList<>();
        events.forEach(list::add);
        how.accept(list);
        events.removeAll();
        events.addAll(list);
    }

    private static void renumber(ArrayNode events, long by) {
        for (JsonNode event : events) {
            ((ObjectNode) event)
                    .put("sekvensnummer", event.path("sekvensnummer").asLong() + by);
        }
    }
}

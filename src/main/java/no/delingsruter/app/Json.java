package no.delingsruter.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import no.delingsruter.logging.Logging;
import org.jspecify.annotations.Nullable;

/** What commands answer to programs. */
final class Json {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ArrayNode array() {
        return JSON.createArrayNode();
    }

    /** What anybody may have written who has the store's password: masked, and without what a terminal would take for a command. */
    static @Nullable String text(@Nullable String value) {
        return value == null ? null : Logging.masked(value.replaceAll("\\p{Cntrl}", "?"));
    }

    static @Nullable String at(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}

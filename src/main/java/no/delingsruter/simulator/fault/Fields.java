package no.delingsruter.simulator.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;

/** Fills a record from YAML, and says in one sentence when it does not fit. */
final class Fields {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Fields() {}

    static <T> T of(JsonNode spec, Class<T> type, String what) {
        try {
            return MAPPER.treeToValue(spec, type);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(what + " has no field '" + e.getPropertyName() + "'", e);
        } catch (JsonProcessingException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IllegalArgumentException(
                    root instanceof JsonProcessingException json
                            ? what + " cannot be read: " + json.getOriginalMessage()
                            : root.getMessage(),
                    e);
        }
    }
}

package no.delingsruter.simulator.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import no.delingsruter.simulator.catalogue.LookupApi;

/** What one lookup answers with: the same text for the same key and version, always. */
public final class Payload {
    // what is left when a person is shielded: who was asked for, and when
    private static final Pattern KEY = Pattern.compile("[$#]\\{(id|periode|aar)}");

    private final Template json;
    private final Template xml;
    private final Template shieldedJson;
    private final Template shieldedXml;

    /**
     * @param file name in payloads/, without .json
     * @param xml null where the API has no XML
     * @param repeat array with one element per period, or null
     */
    public Payload(String file, LookupApi.Xml xml, String repeat) {
        JsonNode tree = read(file);
        ObjectNode shielded = (ObjectNode) shield(tree);
        shielded.put("skjermet", true);
        Compiler compiler = new Compiler(repeat);
        json = compiler.json(tree);
        shieldedJson = compiler.json(shielded);
        this.xml = xml == null ? null : compiler.xml(tree, xml);
        shieldedXml = xml == null ? null : compiler.xml(shielded, xml);
    }

    private static JsonNode read(String file) {
        try (InputStream in = Payload.class.getResourceAsStream("/simulator/payloads/" + file + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode shield(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode kept = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode value = shield(field.getValue());
                if (value != null) {
                    kept.set(field.getKey(), value);
                }
            }
            return kept.isEmpty() ? null : kept;
        }
        if (node instanceof ArrayNode array) {
            JsonNode first = array.isEmpty() ? null : shield(array.get(0));
            return first == null ? null : JsonNodeFactory.instance.arrayNode().add(first);
        }
        return KEY.matcher(node.asText()).matches() ? node : null;
    }

    /**
     * @param all one for each period asked for, at least one; the first also fills what is not repeated
     * @param asXml else JSON
     */
    public void write(StringBuilder out, List<Values> all, boolean asXml) {
        boolean shielded = all.get(0).state().shielded();
        (asXml ? shielded ? shieldedXml : xml : shielded ? shieldedJson : json).fill(out, all);
    }
}

package no.delingsruter.simulator.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.simulator.catalogue.LookupApi;

/**
 * Makes templates of a payload file. A file is JSON; in it {@code "${name}"} is a place inside a text, {@code "#{name}"} a number, and
 * {@code "?{name}"} a text that is left out when there is nothing to say. The XML follows from the JSON: arrays become repeated elements.
 */
final class Compiler {
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");
    private final String repeat;

    /** @param repeat name of the array with one element per period; null for none */
    Compiler(String repeat) {
        this.repeat = repeat;
    }

    Template json(JsonNode tree) {
        Template t = new Template();
        json(t, tree);
        return t.done();
    }

    private void json(Template t, JsonNode node) {
        if (node instanceof ObjectNode object) {
            String separator = "{";
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String name = separator + "\"" + field.getKey() + "\":";
                String text = field.getValue().asText();
                if (text.startsWith("?{")) {
                    t.optional(name + "\"", Values.place(text.substring(2, text.length() - 1)), "\"");
                } else if (field.getKey().equals(repeat)) {
                    t.text(name + "[").each(json(field.getValue().get(0)), ",").text("]");
                } else {
                    json(t.text(name), field.getValue());
                }
                separator = ",";
            }
            t.text(object.isEmpty() ? "{}" : "}");
        } else if (node instanceof ArrayNode array) {
            String separator = "[";
            for (JsonNode element : array) {
                json(t.text(separator), element);
                separator = ",";
            }
            t.text(array.isEmpty() ? "[]" : "]");
        } else if (node.isTextual() && node.asText().startsWith("#{")) {
            scalar(t, node);
        } else if (node.isTextual()) {
            scalar(t.text("\""), node).text("\"");
        } else {
            t.text(node.asText());
        }
    }

    private static Template scalar(Template t, JsonNode node) {
        String text = node.asText();
        if (text.startsWith("#{")) {
            return t.place(Values.place(text.substring(2, text.length() - 1)));
        }
        Matcher places = PLACE.matcher(text);
        int from = 0;
        while (places.find()) {
            t.text(text.substring(from, places.start()));
            t.place(Values.place(places.group(1)));
            from = places.end();
        }
        return t.text(text.substring(from));
    }

    Template xml(JsonNode tree, LookupApi.Xml xml) {
        Template t = new Template()
                .text("<?xml version='1.0' encoding='UTF-8'?>\n<" + xml.root()
                        + (xml.namespace() == null ? "" : " xmlns=\"" + xml.namespace() + "\"") + ">");
        elements(t, (ObjectNode) tree);
        return t.text("</" + xml.root() + ">").done();
    }

    private void elements(Template t, ObjectNode object) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().equals(repeat)) {
                Template element = new Template();
                element(element, field.getKey(), field.getValue().get(0));
                t.each(element, "");
            } else if (field.getValue() instanceof ArrayNode array) {
                array.forEach(e -> element(t, field.getKey(), e));
            } else {
                element(t, field.getKey(), field.getValue());
            }
        }
    }

    private void element(Template t, String name, JsonNode value) {
        String text = value.asText();
        if (text.startsWith("?{")) {
            BiConsumer<StringBuilder, Values> place = Values.place(text.substring(2, text.length() - 1));
            t.optional("<" + name + ">", place, "</" + name + ">");
            return;
        }
        t.text("<" + name + ">");
        if (value instanceof ObjectNode object) {
            elements(t, object);
        } else {
            scalar(t, value);
        }
        t.text("</" + name + ">");
    }
}

package no.delingsruter.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;

/** A delivery as one JSON object: the headers and, as {@code payload}, the body (an object for JSON, a string for XML, null for none). */
final class JsonLine {
    /** What routes/delivery.camel.yaml and the result's message add for receivers by HTTP and Kafka alone. */
    private static final Set<String> FOR_OTHERS =
            Set.of(Exchange.HTTP_METHOD, Exchange.CONTENT_TYPE, "Idempotency-Key", "kafka.KEY");

    private final JsonFactory json = new JsonFactory();

    /**
     * The line, with its line break.
     *
     * @throws InvalidPayloadException when a step has made an object of the payload, which is no bytes
     */
    byte[] of(Message message) throws IOException, InvalidPayloadException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
                if (!FOR_OTHERS.contains(header.getKey())) {
                    write(generator, header.getKey(), header.getValue());
                }
            }
            payload(generator, message.getBody() == null ? null : message.getMandatoryBody(byte[].class));
            generator.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, String name, Object value) throws IOException {
        if (value instanceof Boolean flag) {
            generator.writeBooleanField(name, flag);
        } else if (value instanceof Number number) {
            generator.writeNumberField(name, number.longValue());
        } else if (value instanceof String text) {
            generator.writeStringField(name, text);
        } else if (value == null) {
            generator.writeNullField(name);
        }
    }

    private void payload(JsonGenerator generator, byte[] payload) throws IOException {
        generator.writeFieldName("payload");
        if (payload == null || payload.length == 0) {
            generator.writeNull();
            return;
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        if (isOneDocument(payload)) {
            // Between the tokens of JSON a line break is mere space; inside a string it cannot stand
            generator.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
        } else {
            generator.writeString(text);
        }
    }

    /** Whether it is an object or an array of JSON, whole, and nothing else; a route may deliver what it likes. */
    private boolean isOneDocument(byte[] payload) {
        if (payload[0] != '{' && payload[0] != '[') {
            return false;
        }
        try (JsonParser parser = json.createParser(payload)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.currentToken() != null && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}

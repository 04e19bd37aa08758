package no.delingsruter.skatteetaten.lookup;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Formats;

/**
 * Takes the answer to a bulk lookup apart: {@code {"oppslag":[{"<about>":"...","<part>":{...}}, ...]}}. Each part stays as received.
 */
final class BulkAnswer {
    private final byte[] body;
    private final String about;
    private final String part;
    private final Map<String, byte[]> parts = new HashMap<>();

    private BulkAnswer(byte[] body, String about, String part) {
        this.body = body;
        this.about = about;
        this.part = part;
    }

    /**
     * @return parts by what they are about; elements without one are left out
     * @throws BrokenAnswerException when the answer is no list of oppslag
     */
    static Map<String, byte[]> parts(byte[] body, String about, String part) {
        try (JsonParser parser = Formats.JSON_FACTORY.createParser(body)) {
            BulkAnswer answer = new BulkAnswer(body, about, part);
            boolean list = parser.nextToken() == JsonToken.START_OBJECT && answer.read(parser);
            if (!list || parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new BrokenAnswerException("the answer is no list of oppslag");
            }
            return answer.parts;
        } catch (IOException e) {
            throw new BrokenAnswerException("the answer is not whole JSON");
        }
    }

    private boolean read(JsonParser parser) throws IOException {
        boolean list = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean oppslag = "oppslag".equals(parser.currentName());
            if (parser.nextToken() == JsonToken.START_ARRAY && oppslag) {
                list = true;
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    element(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
        return list;
    }

    private void element(JsonParser parser) throws IOException {
        String id = null;
        byte[] held = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT && name.equals(part)) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                held = Arrays.copyOfRange(
                        body, from, (int) parser.currentLocation().getByteOffset());
            } else if (value == JsonToken.VALUE_STRING && name.equals(about)) {
                id = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        if (id != null && held != null) {
            parts.put(id, held);
        }
    }
}

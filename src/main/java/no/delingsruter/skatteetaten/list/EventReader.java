package no.delingsruter.skatteetaten.list;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Formats;

/**
 * The events of a page, each read by itself. Bounds are for what is kept of an event; what is beyond them is skipped unread, so
 * that an odd field stops no list.
 */
final class EventReader {
    /** The answer's size bounds what is skipped; only a depth costs memory, and this one little. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1_000_000)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int DEEPEST = 20;
    private static final int LONGEST_NAME = 400;
    private static final int LONGEST_VALUE = 8_000;
    private static final int MOST_KEPT = 100_000;
    /** Enough for a list that gives more than was asked for; what is more still is no list. */
    private static final int ENOUGH = 10_000;

    private final byte[] body;
    private final int most;
    private final Predicate<String> needed;
    private final List<Element> elements = new ArrayList<>();
    private Map<String, Object> fields = new LinkedHashMap<>();
    private int kept;
    private int keptOfNeeded;

    /**
     * One element of a page.
     *
     * @param fields names joined by dots; a String each, or a List of them where a field holds several; empty for what is no object
     * @param body   of the whole answer
     * @param from   where the element begins in it, -1 when that is not known
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of the whole answer; two elements are never compared
    record Element(Map<String, Object> fields, byte[] body, int from, int to) {
        /** As received; empty when that is not known. */
        String text(int longest) {
            return from < 0 || to <= from
                    ? ""
                    : new String(body, from, Math.min(to - from, longest), StandardCharsets.UTF_8);
        }
    }

    private EventReader(byte[] body, int asked, Predicate<String> needed) {
        this.needed = needed;
        this.body = body;
        this.most = Math.max(asked, ENOUGH);
    }

    /**
     * The elements of the answer, in its order.
     *
     * @param names of the root's field that holds them; empty when the root is the array itself
     * @param asked for so many
     * @param needed the fields that are kept whatever else an element holds
     * @throws BrokenAnswerException when the answer is not whole, an error message, or holds far more
     */
    static List<Element> json(byte[] body, List<String> names, int asked, Predicate<String> needed) {
        EventReader reader = new EventReader(body, asked, needed);
        try (JsonParser parser = FACTORY.createParser(body)) {
            JsonToken root = parser.nextToken();
            if (root == JsonToken.START_ARRAY && names.isEmpty()) {
                reader.elements(parser);
            } else if (root == JsonToken.START_OBJECT) {
                reader.root(parser, names);
            } else {
                throw new BrokenAnswerException(
                        names.isEmpty() ? "it is not a JSON array" : "the answer is not a JSON object");
            }
            if (parser.nextToken() != null) {
                throw new BrokenAnswerException("the answer is not whole JSON");
            }
        } catch (IOException e) {
            throw new BrokenAnswerException("the answer is not whole JSON");
        }
        return reader.elements;
    }

    private void root(JsonParser parser, List<String> names) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("kode") && value.isScalarValue()) {
                throw new BrokenAnswerException("the answer is an error message");
            } else if (names.contains(name) && value == JsonToken.START_ARRAY) {
                elements(parser);
            } else if (names.contains(name) && value == JsonToken.START_OBJECT) {
                element(parser, value);
            } else {
                parser.skipChildren();
            }
        }
        if (names.isEmpty()) {
            throw new BrokenAnswerException("it is not a JSON array");
        }
    }

    private void elements(JsonParser parser) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            element(parser, token);
        }
    }

    private void element(JsonParser parser, JsonToken token) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (token == JsonToken.START_OBJECT) {
            object(parser, "", 0);
        } else {
            parser.skipChildren();
            parser.finishToken();
        }
        end(from, (int) parser.currentLocation().getByteOffset());
    }

    private void object(JsonParser parser, String path, int depth) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            value(parser, parser.nextToken(), path.isEmpty() ? name : path + "." + name, depth);
        }
    }

    private void value(JsonParser parser, JsonToken token, String path, int depth) throws IOException {
        if (depth > DEEPEST || path.length() > LONGEST_NAME) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
            object(parser, path, depth + 1);
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken each = parser.nextToken(); each != JsonToken.END_ARRAY; each = parser.nextToken()) {
                value(parser, each, path, depth + 1);
            }
        } else if (token != JsonToken.VALUE_NULL) {
            keep(path, parser.getText());
        }
    }

    /**
     * The elements of an XML answer.
     *
     * @param item path of an element, such as {@code hendelse}
     */
    static List<Element> xml(byte[] body, String item, int asked, Predicate<String> needed) {
        EventReader reader = new EventReader(body, asked, needed);
        String prefix = item + ".";
        Formats.readLenient(body, new Formats.Values() {
            @Override
            public void value(String path, String value) {
                if (path.equals("kode")) {
                    throw new BrokenAnswerException("the answer is an error message");
                } else if (path.equals(item)) {
                    reader.end(-1, -1);
                } else if (path.startsWith(prefix) && path.length() - prefix.length() <= LONGEST_NAME) {
                    reader.keep(path.substring(prefix.length()), value);
                }
            }

            @Override
            public void end(String path) {
                if (path.equals(item)) {
                    reader.end(-1, -1);
                }
            }
        });
        return reader.elements;
    }

    private void keep(String name, String value) {
        int more = name.length() + value.length();
        boolean needs = needed.test(name);
        if (value.length() > LONGEST_VALUE || (needs ? keptOfNeeded : kept) + more > MOST_KEPT) {
            return;
        }
        keptOfNeeded += needs ? more : 0;
        kept += needs ? 0 : more;
        fields.merge(name, value, (before, now) -> {
            List<Object> several = new ArrayList<>(before instanceof List<?> list ? list : List.of(before));
            several.add(now);
            return several;
        });
    }

    private void end(int from, int to) {
        if (elements.size() >= most) {
            throw new BrokenAnswerException("it holds more than was asked for");
        }
        elements.add(new Element(fields, body, from, to));
        fields = new LinkedHashMap<>();
        kept = 0;
        keptOfNeeded = 0;
    }
}

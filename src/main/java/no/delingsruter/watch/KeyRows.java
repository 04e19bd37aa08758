package no.delingsruter.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Keys as text: CSV, with a header or without one, or one JSON object a line. No exception's text holds anything of a line. */
public final class KeyRows {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Pattern IDENTIFIKATOR = Pattern.compile("(?=.*\\d)[A-Za-z0-9._:-]{1,200}");
    private static final Pattern LOST_ZERO = Pattern.compile("\\d{10}");
    private static final Pattern QUALIFIER = Pattern.compile("[A-Za-z0-9._:-]{0,200}");
    private static final Pattern PERIOD = Pattern.compile("|\\d{4}(-(0[1-9]|1[0-2]))?");

    private KeyRows() {}

    /**
     * @param row gets each line's fields: service, organisation, identifikator, gjelderPeriode, qualifier, action, as far as it has them
     * @throws IllegalArgumentException when a line cannot be understood, or {@code row} refuses it: with the line's number before the reason
     * @throws java.nio.charset.CharacterCodingException when the text is not UTF-8
     */
    public static void read(BufferedReader reader, Consumer<Map<String, String>> row) throws IOException {
        CsvColumns columns = null;
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
            if (CsvColumns.isEmpty(text)) {
                continue;
            }
            try {
                if (text.stripLeading().startsWith("{")) {
                    row.accept(fields(json(text)));
                    continue;
                }
                if (columns == null) {
                    columns = CsvColumns.of(text);
                    if (columns.isHeader()) {
                        continue;
                    }
                }
                row.accept(columns.values(text));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage());
            }
        }
    }

    /** @throws IllegalArgumentException saying what no key has */
    public static WatchList.Key key(Map<String, String> values) {
        return checked(new WatchList.Key(
                values.getOrDefault("identifikator", ""),
                values.getOrDefault("gjelderPeriode", ""),
                values.getOrDefault("qualifier", "")));
    }

    /** @throws IllegalArgumentException saying what no key has */
    static WatchList.Key checked(WatchList.Key key) {
        String identifikator = key.identifikator();
        if (!IDENTIFIKATOR.matcher(identifikator).matches()) {
            throw new IllegalArgumentException("it has no usable identifikator");
        }
        if (LOST_ZERO.matcher(identifikator).matches()) {
            throw new IllegalArgumentException(
                    "its identifikator has ten digits, which none has: a person's leading zero"
                            + " was lost, as spreadsheets do; have the column formatted as text");
        }
        if (!PERIOD.matcher(key.gjelderPeriode()).matches()) {
            throw new IllegalArgumentException("its gjelderPeriode is neither a year (2024) nor a month (2024-05)");
        }
        if (!QUALIFIER.matcher(key.qualifier()).matches()) {
            throw new IllegalArgumentException("its qualifier has characters that none has");
        }
        return key;
    }

    /** @throws IllegalArgumentException when it has a field that no key has, or a number where leading zeros count */
    static Map<String, String> fields(JsonNode object) {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isNumber()
                    && List.of("identifikator", "qualifier").contains(field.getKey())) {
                throw new IllegalArgumentException(field.getKey() + " must be a string, or its leading zeros are lost");
            }
            values.put(
                    WatchRequest.field(field.getKey()),
                    field.getValue().isNull() ? "" : field.getValue().asText());
        }
        return values;
    }

    /** @throws IllegalArgumentException when it is not one whole JSON value */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON");
        }
    }

    static Map<String, String> fields(Map<?, ?> map) {
        JsonNode object = JSON.valueToTree(map);
        return fields(object);
    }
}

package no.delingsruter.skatteetaten.list;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.Page;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;

/**
 * A list that holds whole records instead of events, as Trekkpålegg does: a bare JSON array of what is newer than (not from)
 * {@code fraSekvensnummer}. Rules: Skatteetaten, "Trekkpålegg".
 */
public final class RecordList extends EventList {
    /** The event's field that holds the record as received. */
    public static final String RECORD = "record";
    /** The event's field that holds the call's Korrelasjonsid. */
    public static final String KORRELASJONSID = "korrelasjonsid";

    private static final ObjectMapper JSON = new ObjectMapper(Formats.JSON_FACTORY);
    /** Of one record: names, values, brackets. */
    private static final int MOST_TOKENS = 10_000;

    private final int pageSize;

    /** See {@link EventList}. */
    public RecordList(Lists lists, String service, String api, String scope, String path, String outcomes) {
        super(lists, service, api, scope, path, outcomes, "json");
        this.pageSize = settings().positive(service + ".page-size");
        checkStarts();
    }

    @Override
    Call positionCall(Start start) {
        return null;
    }

    @Override
    long position(Call call) {
        throw new IllegalStateException("a position is never asked for");
    }

    @Override
    void checkStart(Start start) {
        if (start.date() != null) {
            throw new ConfigurationException(service()
                    + ".start: this list cannot be begun at a date or now; take first, or a sequence number.");
        }
    }

    @Override
    String query(Page page) {
        return "fraSekvensnummer=" + page.last() + "&maksAntall=" + pageSize;
    }

    @Override
    List<Map<String, Object>> events(Call call) {
        mediaType(call);
        List<Map<String, Object>> records = new ArrayList<>();
        try (JsonParser parser = Formats.JSON_FACTORY.createParser(call.body())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw broken(call, "it is not a JSON array");
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                skip(parser);
                bound(0, records.size(), pageSize);
                records.add(record(call, from, (int) parser.currentLocation().getByteOffset()));
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw broken(call, "it is not an array of JSON objects");
            }
        } catch (IOException e) {
            throw broken(call, "it is not whole JSON");
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
        return records;
    }

    /** To the end of the record, which may hold only so much: all of it is collected afterwards. */
    private static void skip(JsonParser parser) throws IOException {
        int tokens = 0;
        for (int depth = 1; depth > 0; ) {
            JsonToken token = parser.nextToken();
            if (token == null || ++tokens > MOST_TOKENS) {
                throw new BrokenAnswerException(
                        token == null ? "it is not whole JSON" : "it holds more than was asked for");
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    private static Map<String, Object> record(Call call, int from, int to) throws IOException {
        Map<String, Object> event = new LinkedHashMap<>();
        Map<?, ?> fields = JSON.readValue(call.body(), from, to - from, Map.class);
        fields.forEach((name, value) -> event.put(String.valueOf(name), value));
        event.computeIfPresent(
                "sekvensnummer", (name, value) -> number(value.toString()) < 1 ? null : number(value.toString()));
        event.put(RECORD, new String(call.body(), from, to - from, StandardCharsets.UTF_8));
        event.put(KORRELASJONSID, call.korrelasjonsid());
        return event;
    }

    @Override
    boolean full(int events) {
        return events >= pageSize;
    }
}

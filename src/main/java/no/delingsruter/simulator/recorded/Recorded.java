package no.delingsruter.simulator.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.Hendelse;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.simulator.data.Tid;

/** Answers from recorded files. What is not recorded is generated. Thread safe once made. */
public final class Recorded {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<JsonNode>> events = new HashMap<>();
    private final Map<String, String> bodies = new HashMap<>();
    private final Catalogue catalogue;
    private final boolean substitute;

    private Recorded(Catalogue catalogue, boolean substitute) {
        this.catalogue = catalogue;
        this.substitute = substitute;
    }

    /** Nothing recorded. */
    public static Recorded none(Catalogue catalogue) {
        return new Recorded(catalogue, false);
    }

    /**
     * @param folder     where the files are
     * @param map        which file answers what; null: recorded.yaml in the folder, or else by the files' names
     * @param substitute whether the identifikator and period asked for are put in place of the recorded ones
     */
    public static Recorded read(Catalogue catalogue, Path folder, Path map, boolean substitute) throws IOException {
        Recorded recorded = new Recorded(catalogue, substitute);
        RecordedMap files = RecordedMap.of(catalogue, folder, map);
        for (Map.Entry<String, Path> list : files.lists().entrySet()) {
            JsonNode tree = JSON.readTree(Files.readAllBytes(list.getValue()));
            List<JsonNode> all = new ArrayList<>();
            (tree.isArray() ? tree : tree.path("hendelser")).forEach(all::add);
            all.sort(Comparator.comparingLong(e -> e.path("sekvensnummer").asLong()));
            recorded.events.put(list.getKey(), all);
        }
        for (Map.Entry<String, List<Path>> lookup : files.lookups().entrySet()) {
            for (Path file : lookup.getValue()) {
                Format format = file.toString().endsWith(".xml") ? Format.XML : Format.JSON;
                recorded.bodies.put(lookup.getKey() + format, Files.readString(file));
            }
        }
        return recorded;
    }

    /** Publishes the recorded events, so that lookups that are not recorded know their keys. */
    public void fill(Map<String, EventLog> logs) {
        events.forEach((list, all) -> {
            EventLog log = logs.get(list);
            all.forEach(e -> log.publish(hendelse(log.api(), e)));
        });
    }

    private static Hendelse hendelse(ListApi list, JsonNode e) {
        JsonNode body = e.has("hendelse") ? e.get("hendelse") : e;
        String id = null;
        String period = null;
        long time = 0;
        Hendelsetype type = null;
        for (Map.Entry<String, String> field : list.fields().entrySet()) {
            String text = body.path(field.getKey()).asText(null);
            if (text != null) {
                switch (field.getValue()) {
                    case "identifikator" -> id = text;
                    case "periode" -> period = text;
                    case "type" -> type = type(text);
                    case "tidspunkt" -> time = time(text);
                    default -> {}
                }
            }
        }
        return new Hendelse(id, period, type, e.path("sekvensnummer").asLong(), time, null);
    }

    private static Hendelsetype type(String text) {
        try {
            return Hendelsetype.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static long time(String text) {
        try {
            return Tid.parse(text);
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** The recorded JSON of the event at this place of the list; null when it was not recorded. */
    public String event(String list, int ordinal) {
        List<JsonNode> all = events.get(list);
        return all == null || ordinal >= all.size() ? null : all.get(ordinal).toString();
    }

    /**
     * The recorded answer to a lookup; null when there is none.
     *
     * @param periode may be null
     */
    public Answer answer(LookupApi lookup, Format format, String identifikator, String periode) {
        String body = bodies.get(lookup.id() + format);
        if (body == null) {
            return null;
        }
        String key = catalogue.list(lookup.lists().get(0)).key();
        return Answer.of(format, substitute ? Substitution.in(body, key, identifikator, periode) : body)
                .outcome("recorded");
    }
}

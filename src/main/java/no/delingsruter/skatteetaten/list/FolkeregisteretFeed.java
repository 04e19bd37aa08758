package no.delingsruter.skatteetaten.list;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.list.EventReader.Element;

/**
 * Folkeregisteret's event list: pages of a fixed size from {@code seq} on, a bare JSON array or Atom, and 304 while there is
 * nothing new. Rules: Skatteetaten, "Folkeregisteret, hendelsesliste".
 */
public final class FolkeregisteretFeed extends EventList {
    private static final int PAGE = 1000;
    private static final String LATEST = "/hendelser/siste/sekvensnummer";
    private final String latest;
    /** Of the last answer without events, by organisation and its query. */
    private final Map<String, String> etags = new ConcurrentHashMap<>();

    /**
     * See {@link EventList}.
     *
     * @param base what comes before {@code /hendelser} in all paths
     */
    public FolkeregisteretFeed(
            Lists lists, String service, String api, String scope, String base, String outcomes, String formats) {
        super(lists, service, api, scope, base + "/hendelser/feed", outcomes, formats);
        latest = base + LATEST;
        checkStarts();
    }

    @Override
    Call positionCall(Start start) {
        return start.now() ? calls.call(start.organisation(), latest, null) : null;
    }

    @Override
    long position(Call call) {
        // A bare number, in JSON; in XML within one element
        long last = Numbered.usable(
                new String(call.body(), StandardCharsets.UTF_8)
                        .replaceAll("<[^>]*>", " ")
                        .replaceAll("[^0-9.]+", " "),
                0);
        return last + 1;
    }

    @Override
    void checkStart(Start start) {
        if (start.date() != null && !start.now()) {
            throw new ConfigurationException(
                    service()
                            + ".start: Folkeregisteret's list cannot be begun at a date; take first, now, or a sequence number.");
        }
    }

    @Override
    String query(long number, int size) {
        return "seq=" + number;
    }

    @Override
    Convention convention() {
        return Convention.INCLUSIVE;
    }

    @Override
    Call headCall(String organisation, int daysBack) {
        return daysBack == 0 ? calls.call(organisation, latest, null) : null;
    }

    @Override
    long head(Call call) {
        return position(call) - 1;
    }

    @Override
    void prepare(Call call) {
        call.ifNoneMatch = etags.get(call.organisation + " " + call.query);
    }

    @Override
    void empty(Call call) {
        if (call.etag() != null) {
            etags.keySet().removeIf(key -> key.startsWith(call.organisation + " "));
            etags.put(call.organisation + " " + call.query, call.etag());
        }
    }

    @Override
    String reason(Call call) {
        return call.status() == 406
                ? "406 from " + call.api
                        + ": the checkpoint is older than the 36 months that Folkeregisteret keeps, or the"
                        + " format is not available; begin anew at a later sequence number"
                : null;
    }

    @Override
    List<Element> elements(Call call) {
        return (calls.mediaType(call).equals(Formats.JSON)
                        ? EventReader.json(call.body(), List.of(), PAGE, this::needsOfEntry)
                        : EventReader.xml(call.body(), "entry.content.lagretHendelse", PAGE, this::needsOfEntry))
                .stream().map(FolkeregisteretFeed::event).toList();
    }

    private boolean needsOfEntry(String name) {
        return calls.needs(name.substring(name.startsWith("hendelse.") ? name.indexOf('.') + 1 : 0));
    }

    /** What stands in an entry's hendelse becomes the event's own fields. */
    private static Element event(Element entry) {
        Map<String, Object> event = new LinkedHashMap<>();
        entry.fields().forEach((name, value) -> {
            if (name.equals("sekvensnummer") || name.startsWith("hendelse.")) {
                event.put(name.substring(name.indexOf('.') + 1), value);
            }
        });
        return new Element(event, entry.body(), entry.from(), entry.to());
    }

    @Override
    int pageSize() {
        return PAGE;
    }
}

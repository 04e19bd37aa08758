package no.delingsruter.skatteetaten.list;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.list.EventReader.Element;

/** An event list as nearly all APIs have it. Rules: Skatteetaten, "Hendelseslister". */
public final class Hendelsesliste extends EventList {
    private static final List<String> ITEMS = List.of("hendelser", "hendelse");
    private final int pageSize;

    /** See {@link EventList}. */
    public Hendelsesliste(
            Lists lists, String service, String api, String scope, String path, String outcomes, String formats) {
        super(lists, service, api, scope, path, outcomes, formats);
        this.pageSize = settings().positive(service + ".page-size");
    }

    @Override
    Call positionCall(Start start) {
        return start.date() == null
                ? null
                : call(start.organisation(), path(start.organisation()) + "/start", "dato=" + start.date());
    }

    @Override
    long position(Call call) {
        long[] first = {0};
        readBody(call, (path, value) -> {
            if (path.equals("sekvensnummer") || path.isEmpty()) {
                first[0] = value == null ? 0 : number(value);
            }
        });
        return first[0];
    }

    @Override
    void checkStart(Start start) {
        // Every start will do
    }

    @Override
    String query(long number, int size) {
        return "fraSekvensnummer=" + number + "&antall=" + size;
    }

    @Override
    Cursor.Convention convention() {
        return Cursor.Convention.INCLUSIVE;
    }

    @Override
    Call headCall(String organisation) {
        return call(organisation, path(organisation) + "/start", "dato=" + LocalDate.now(Start.NORWAY));
    }

    @Override
    List<Element> elements(Call call) {
        List<Element> elements = mediaType(call).equals(Formats.JSON)
                ? EventReader.json(call.body(), ITEMS, pageSize)
                : EventReader.xml(call.body(), "hendelse", pageSize);
        elements.forEach(element -> oneSpelling(element.fields()));
        return elements;
    }

    /** Spellings that vary between lists are made one. */
    private static void oneSpelling(Map<String, Object> event) {
        Object type = event.remove("hendelsestype");
        if (type == null) {
            type = event.getOrDefault("hendelsetype", "ny");
        }
        if (!event.isEmpty()) {
            event.put("hendelsetype", type.toString().toLowerCase(Locale.ROOT));
        }
    }

    @Override
    int pageSize() {
        return pageSize;
    }
}

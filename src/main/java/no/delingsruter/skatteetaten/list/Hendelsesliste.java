package no.delingsruter.skatteetaten.list;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.model.Page;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;

/** An event list as nearly all APIs have it. Rules: Skatteetaten, "Hendelseslister". */
public final class Hendelsesliste extends EventList {
    private final int pageSize;

    /** See {@link EventList}. */
    public Hendelsesliste(
            Lists lists, String service, String api, String scope, String path, String outcomes, String formats) {
        super(lists, service, api, scope, path, outcomes, formats);
        this.pageSize = settings().positive(service + ".page-size");
    }

    @Override
    Call positionCall(Start start) {
        return start.date() == null ? null : call(start.organisation(), path() + "/start", "dato=" + start.date());
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
    String query(Page page) {
        return "fraSekvensnummer=" + (page.last() + 1) + "&antall=" + pageSize;
    }

    @Override
    List<Map<String, Object>> events(Call call) {
        EventReader reader = new EventReader(pageSize);
        readBody(call, reader);
        if (reader.error) {
            throw broken(call, "the answer is an error message");
        }
        return reader.events;
    }

    @Override
    boolean full(int events) {
        return events >= pageSize;
    }

    /** Reads events whatever they hold; spellings that vary between lists are made one. */
    private static final class EventReader implements Formats.Values {
        private static final List<String> ITEMS = List.of("hendelser", "hendelse");
        private final List<Map<String, Object>> events = new ArrayList<>();
        private final int asked;
        private Map<String, Object> event = new LinkedHashMap<>();
        private boolean error;

        EventReader(int asked) {
            this.asked = asked;
        }

        @Override
        public void value(String path, String value) {
            int dot = path.indexOf('.');
            if (dot < 0) {
                error |= path.equals("kode");
                return;
            }
            if (value == null || !ITEMS.contains(path.substring(0, dot))) {
                return;
            }
            String name = path.substring(dot + 1);
            bound(event.size(), events.size(), asked);
            switch (name) {
                case "sekvensnummer" -> event.put(name, number(value) < 1 ? null : number(value));
                case "hendelsetype", "hendelsestype" -> event.put("hendelsetype", value.toLowerCase(Locale.ROOT));
                default -> event.put(name, value);
            }
        }

        @Override
        public void end(String path) {
            if (ITEMS.contains(path) && !event.isEmpty()) {
                event.putIfAbsent("hendelsetype", "ny");
                events.add(event);
                event = new LinkedHashMap<>();
            }
        }
    }
}

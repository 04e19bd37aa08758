package no.delingsruter.skatteetaten.list;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.list.EventReader.Element;

/** An event list as nearly all APIs have it. Rules: Skatteetaten, "Hendelseslister". */
public final class Hendelsesliste extends EventList {
    private final int pageSize;
    private final ListForm form;

    /** See {@link EventList}. */
    public Hendelsesliste(
            Lists lists,
            String service,
            String api,
            String scope,
            String path,
            String outcomes,
            String formats,
            ListForm form) {
        super(lists, service, api, scope, path, outcomes, formats);
        this.pageSize = settings().positive(service + ".page-size");
        this.form = form.configured(settings(), service);
        checkStarts();
    }

    @Override
    Call positionCall(Start start) {
        return start.date() == null || !form.byDate() ? null : startCall(start.organisation(), start.date());
    }

    private Call startCall(String organisation, LocalDate date) {
        return calls.call(organisation, calls.path(organisation) + "/start", "dato=" + date);
    }

    @Override
    long position(Call call) {
        long[] first = {Numbered.NONE};
        calls.readBody(call, (path, value) -> {
            if (path.equals("sekvensnummer") || path.isEmpty()) {
                first[0] = Numbered.usable(value, firstNumber());
            }
        });
        return first[0];
    }

    @Override
    void checkStart(Start start) {
        if (start.date() != null && !form.byDate()) {
            throw new ConfigurationException(service()
                    + ".start: this list does not say where a date begins; take first, or a sequence number.");
        }
    }

    @Override
    String query(long number, int size) {
        return "fraSekvensnummer=" + number + "&antall=" + size;
    }

    @Override
    String reason(Call call) {
        return call.status() == 400 && call.query != null && call.query.contains("fraSekvensnummer=-")
                ? "400 from " + call.api + ": " + service()
                        + ".first-number is 0 and the list's cursor exclusive, but it cannot be asked from -1; set "
                        + service() + ".first-number=1"
                : null;
    }

    @Override
    Convention convention() {
        return Convention.INCLUSIVE;
    }

    @Override
    Call headCall(String organisation, int daysBack) {
        return form.byDate()
                ? startCall(organisation, LocalDate.now(Start.NORWAY).minusDays(daysBack))
                : null;
    }

    @Override
    List<Element> elements(Call call) {
        List<Element> elements = calls.mediaType(call).equals(Formats.JSON)
                ? EventReader.json(call.body(), form.items(), pageSize, calls::needs)
                : EventReader.xml(call.body(), "hendelse", pageSize, calls::needs);
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

    @Override
    long firstNumber() {
        return form.firstNumber();
    }

    @Override
    boolean onePerKey() {
        return form.onePerKey();
    }
}

package no.delingsruter.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What one page of an event list asks for, collected event by event and stored at once. An exchange carries it as the
 * property {@link #PROPERTY} while its page is split.
 */
public final class Page {
    /** Exchange property. */
    public static final String PROPERTY = "hendelsesliste.page";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String service;
    private final String organisation;
    private final OptionalLong from;
    private final Map<LookupKey, PendingLookup> lookups = new LinkedHashMap<>();
    private final List<ParkedEvent> parked = new ArrayList<>();
    private long last;
    private Map<?, ?> written;
    private String json;

    /** @param from the checkpoint that the page was read from, empty for none */
    public Page(String service, String organisation, OptionalLong from) {
        this.service = service;
        this.organisation = organisation;
        this.from = from;
        this.last = from.orElse(0);
    }

    public String service() {
        return service;
    }

    public String organisation() {
        return organisation;
    }

    public OptionalLong from() {
        return from;
    }

    /** The checkpoint after the page. */
    public long last() {
        return last;
    }

    public void last(long sekvensnummer) {
        last = sekvensnummer;
    }

    public Collection<PendingLookup> lookups() {
        return lookups.values();
    }

    /** What the page asks for. */
    public Collection<LookupKey> keys() {
        return lookups.keySet();
    }

    public Collection<ParkedEvent> parked() {
        return parked;
    }

    /** Leaves out what {@code wanted} does not take. */
    void keep(Predicate<LookupKey> wanted) {
        lookups.keySet().removeIf(wanted.negate());
        parked.removeIf(event -> !wanted.test(event.key()));
    }

    void add(LookupKey key, Map<?, ?> event) {
        PendingLookup lookup = PendingLookup.of(key, sekvensnummer(event),
                "identitetsendring".equals(event.get("hendelsetype")), json(event));
        lookups.merge(key, lookup, PendingLookup::and);
    }

    /** Sets an event aside. */
    public void park(String lookup, Map<?, ?> event, String reason) {
        LookupKey key = new LookupKey(service, organisation, lookup,
                KeyText.storable(event.get("identifikator"), KeyText.LONGEST_IDENTIFIKATOR),
                KeyText.storable(event.get("gjelderPeriode"), KeyText.LONGEST_PERIODE), "", 0);
        parked.add(new ParkedEvent(key, sekvensnummer(event), false, json(event), 0, null, null, reason, 0));
    }

    private static long sekvensnummer(Map<?, ?> event) {
        return event.get("sekvensnummer") instanceof Number number ? number.longValue() : 0;
    }

    /** The event, from the JSON it was stored as; empty for null. */
    static Map<?, ?> event(String json) {
        try {
            return json == null ? Map.of() : JSON.readValue(json, Map.class);
        } catch (JsonProcessingException e) {
            throw new StoreException("A stored event cannot be read", e);
        }
    }

    private String json(Map<?, ?> event) {
        if (event == written) {
            return json;
        }
        try {
            written = event;
            json = JSON.writeValueAsString(event);
            return json;
        } catch (JsonProcessingException e) {
            throw new UnusableEventException("the event cannot be written as JSON");
        }
    }
}

package no.delingsruter.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
    private final Map<LookupKey, PendingLookup> replayed = new LinkedHashMap<>();
    private final List<ParkedEvent> parked = new ArrayList<>();
    private List<Replay> replays = List.of();
    private List<? extends Map<?, ?>> events = List.of();
    private int passed;
    private int newParked;
    private int setAside;
    private int asked;
    private String route;
    private String failedAt = "";
    private long last;
    private String seen;
    private long epoch;
    private boolean begins;
    private final Map<String, Long> accounts = new TreeMap<>();
    private Map<?, ?> written;
    private String json;

    /**
     * A parked event that an operator wants to pass the route's steps again.
     *
     * @param ids     of the parked rows
     * @param lookups for which it was parked; an empty name: for all
     */
    public record Replay(List<Long> ids, Set<String> lookups, Map<String, Object> event) {
        private boolean isFor(String lookup) {
            return lookups.contains("") || lookups.contains(lookup);
        }
    }

    /** @param from the checkpoint that the page was read from, empty for none */
    public Page(String service, String organisation, OptionalLong from) {
        this.service = service;
        this.organisation = organisation;
        this.route = service;
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

    /** Of the lease that the page was asked for under; of no meaning where one process alone works on the store. */
    public long epoch() {
        return epoch;
    }

    public void epoch(long askedUnder) {
        epoch = askedUnder;
    }

    /** Whether it asks where the list is to be begun, and reads nothing yet. */
    public boolean begins() {
        return begins;
    }

    public void toBegin() {
        begins = true;
    }

    /** What the list's reader wants to know again of the events read so far; null for what it wanted before. */
    public String seen() {
        return seen;
    }

    public void seen(String text) {
        seen = text;
    }

    /**
     * Takes up the events that pass the route's steps one after the other, those of an earlier page first.
     *
     * @return all of them
     */
    public List<Map<?, ?>> pass(List<Replay> earlier, List<? extends Map<?, ?>> read) {
        replays = List.copyOf(earlier);
        events = read;
        passed = 0;
        return Stream.<Map<?, ?>>concat(earlier.stream().map(Replay::event), read.stream())
                .toList();
    }

    /** The event whose turn it is has come to a step of the route. */
    public void reached(String route) {
        this.route = route;
    }

    /**
     * A step has failed on the event whose turn it is.
     *
     * @param at what the innermost step is and where it stands, without secrets
     */
    public void failed(String at) {
        failedAt = failedAt.isEmpty() ? " at " + at : failedAt;
    }

    /** Where it failed, after the word "failed"; empty where that is not known. */
    public String failedAt() {
        return failedAt;
    }

    /** The event whose turn it is has passed; the route that it reached last has left it out when it asked for nothing. */
    public void passed() {
        Replay replay = replay();
        if (asked == 0) {
            enter(Account.LEFT_OUT + route, 1);
        }
        enter(
                Account.MORE,
                Math.max(asked, 1) - (replay == null ? 1 : replay.ids().size()));
        asked = 0;
        failedAt = "";
        passed++;
    }

    /** So many events were read from the list, whatever becomes of them. */
    public void read(int events) {
        enter(Account.READ, events);
    }

    /** The event whose turn it is is not needed for one of the lookups that it could ask for. */
    public void leaveOut(String rule) {
        asked++;
        enter(Account.LEFT_OUT + rule, 1);
    }

    /** What is to be entered in the books of the list when the page is stored. */
    public Map<String, Long> accounts() {
        return accounts;
    }

    private void enter(String account, long amount) {
        accounts.merge(account, amount, Long::sum);
    }

    public List<Replay> replays() {
        return replays;
    }

    /** How many events were read from the list, with those that were set aside. */
    public int size() {
        return events.size() + setAside;
    }

    /** How many of the events that were read pass the route's steps. */
    public int passing() {
        return events.size();
    }

    /** Whether every event that was read has been set aside. */
    public boolean allParked() {
        return newParked >= events.size();
    }

    private Replay replay() {
        return passed < replays.size() ? replays.get(passed) : null;
    }

    /** What the events that were read ask for. */
    public Collection<PendingLookup> lookups() {
        return lookups.values();
    }

    /** What the events of earlier pages ask for. */
    public Collection<PendingLookup> replayed() {
        return replayed.values();
    }

    /** What the page asks for. */
    public Collection<LookupKey> keys() {
        if (replayed.isEmpty()) {
            return lookups.keySet();
        }
        Set<LookupKey> keys = new LinkedHashSet<>(replayed.keySet());
        keys.addAll(lookups.keySet());
        return keys;
    }

    public Collection<ParkedEvent> parked() {
        return parked;
    }

    /** Leaves out what {@code wanted} does not take, because of the rule. */
    public void keep(String rule, Predicate<LookupKey> wanted) {
        for (Map<LookupKey, PendingLookup> asked : List.of(lookups, replayed)) {
            asked.values().removeIf(lookup -> {
                boolean unwanted = !wanted.test(lookup.key());
                enter(Account.LEFT_OUT + rule, unwanted ? lookup.events() : 0);
                return unwanted;
            });
        }
        int before = parked.size();
        parked.removeIf(event -> !wanted.test(event.key()));
        enter(Account.LEFT_OUT + rule, before - parked.size());
    }

    public void add(LookupKey key, Map<?, ?> event) {
        Replay replay = replay();
        if (replay != null && !replay.isFor(key.lookup())) {
            return;
        }
        PendingLookup lookup = PendingLookup.of(
                key, sekvensnummer(event), "identitetsendring".equals(event.get("hendelsetype")), json(event));
        (replay == null ? lookups : replayed).merge(key, lookup, PendingLookup::and);
        asked++;
    }

    /**
     * Sets the event aside whose turn it is.
     *
     * @param lookup that it cannot be used for, empty for all
     */
    public void park(String lookup, String reason) {
        Replay replay = replay();
        if (replay != null && !lookup.isEmpty() && !replay.isFor(lookup)) {
            return;
        }
        Map<?, ?> event = replay == null ? events.get(passed - replays.size()) : replay.event();
        park(lookup, event, reason);
        asked++;
        newParked += replay == null ? 1 : 0;
    }

    /** Sets aside what was read of the list and is no event that could pass the route's steps. */
    public void setAside(Map<?, ?> event, String reason) {
        park("", event, reason);
        setAside++;
    }

    /** Why an event was parked last. */
    public String lastReason() {
        return parked.get(parked.size() - 1).reason();
    }

    private void park(String lookup, Map<?, ?> event, String reason) {
        LookupKey key = new LookupKey(
                service,
                organisation,
                lookup,
                KeyText.storable(event.get("identifikator"), KeyText.LONGEST_IDENTIFIKATOR),
                KeyText.storable(event.get("gjelderPeriode"), KeyText.LONGEST_PERIODE),
                "",
                0);
        parked.add(new ParkedEvent(key, sekvensnummer(event), false, json(event), 0, null, null, reason, 0));
    }

    private static long sekvensnummer(Map<?, ?> event) {
        return event.get("sekvensnummer") instanceof Number number ? number.longValue() : 0;
    }

    /** The event, from the JSON it was stored as; empty for null. */
    public static Map<?, ?> event(String json) {
        try {
            return json == null ? Map.of() : JSON.readValue(json, Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored event cannot be read", e);
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

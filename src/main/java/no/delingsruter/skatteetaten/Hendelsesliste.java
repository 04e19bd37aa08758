package no.delingsruter.skatteetaten;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.operations.Statistics;
import no.delingsruter.outcome.CallFailedException.Kind;
import no.delingsruter.store.Page;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * One event list: asks for the page after the checkpoint, reads its events, and stores what they asked for together with the
 * new checkpoint. Rules of the lists: Skatteetaten, "Hendelseslister".
 */
public final class Hendelsesliste implements AggregationStrategy {
    static final String ORGANISATION = "hendelsesliste.organisation";
    private static final String EVENTS = "hendelsesliste.events";
    private static final int FEW = 5;

    private final Skatteetaten skatteetaten;
    private final String service;
    private final String api;
    private final String scope;
    private final String path;
    private final Outcomes outcomes;
    private final int pageSize;

    /**
     * @param path     of the list, from the version on
     * @param outcomes see {@link Outcomes}; which answer means that there is nothing new
     */
    public Hendelsesliste(Skatteetaten skatteetaten, String service, String api, String scope, String path, String outcomes) {
        this.skatteetaten = skatteetaten;
        this.service = service;
        this.api = api;
        this.scope = scope;
        this.path = path;
        this.outcomes = skatteetaten.outcomes(api, outcomes);
        this.pageSize = skatteetaten.settings().positive(service + ".page-size");
    }

    /** @throws ConfigurationException when {@code <service>.start} is none of what it may be */
    public static void checkStart(Settings settings, String service, String organisation) {
        Start.of(settings, service, organisation);
    }

    /** Prepares the call for the next page; for where to begin when a date says so and nothing was read yet. */
    public void request(Exchange exchange) {
        String organisation = exchange.getProperty(ORGANISATION, String.class);
        OptionalLong checkpoint = skatteetaten.store().checkpoint(service, organisation);
        Page page = new Page(service, organisation, checkpoint);
        exchange.setProperty(Page.PROPERTY, page);
        if (checkpoint.isEmpty()) {
            Start start = Start.of(skatteetaten.settings(), service, organisation);
            if (start.date() != null) {
                new Call(api, organisation, scope, path + "/start", "dato=" + start.date()).attachTo(exchange);
                return;
            }
            page.last(start.sekvensnummer() - 1);
        }
        new Call(api, organisation, scope, path, "fraSekvensnummer=" + (page.last() + 1) + "&antall=" + pageSize).attachTo(exchange);
    }

    /** The body becomes the page's events, in order, each a map; empty when there is nothing new. */
    public void read(Exchange exchange) {
        Call call = Call.of(exchange);
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        boolean start = call.path.endsWith("/start");
        List<Map<String, Object>> events = List.of();
        if (call.status() == 200) {
            events = start ? start(call, page) : events(call, page);
        } else {
            String kode = ErrorBody.kode(call);
            Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
            if (meaning != Outcomes.Meaning.EMPTY) {
                throw Refusal.of(call, kode, meaning == Outcomes.Meaning.REFUSED ? Outcomes.Meaning.REFUSED_FOR_ALL : meaning,
                        skatteetaten.door());
            }
        }
        exchange.setProperty(EVENTS, events);
        exchange.getMessage().setBody(events);
    }

    /** Called for each event after the route's own steps: an event that they failed on is set aside. */
    @Override
    public Exchange aggregate(Exchange before, Exchange now) {
        if (now.getException() != null) {
            Page page = now.getProperty(Page.PROPERTY, Page.class);
            List<?> events = now.getProperty(EVENTS, List.class);
            Map<?, ?> event = (Map<?, ?>) events.get(now.getProperty(Exchange.SPLIT_INDEX, int.class));
            page.park("", event, "a step of the route failed (" + now.getException().getClass().getSimpleName() + ")");
            now.setException(null);
        }
        return before == null ? now : before;
    }

    /** Stores what the page asked for and moves the checkpoint, both or neither. */
    public void commit(Exchange exchange) {
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        List<?> events = exchange.getProperty(EVENTS, List.class);
        if (events.size() >= FEW && page.parked().size() >= events.size()) {
            throw Call.of(exchange).failed(Kind.REFUSED_FOR_ALL, "a step of the route fails on every event; the page is read again", null);
        }
        boolean moved = page.from().isEmpty() ? page.last() > 0 || !events.isEmpty() : page.last() > page.from().getAsLong();
        exchange.setProperty(HendelseslisteConsumer.MORE, moved);
        Statistics.Counts counts = skatteetaten.statistics().of(service, page.organisation());
        if (!moved) {
            counts.polled = System.nanoTime();
            skatteetaten.arrivals().arrived(service, page.organisation(), List.of(), false);
            return;
        }
        if (!skatteetaten.store().commitPage(service, page.organisation(), page.from(), page.last(), page.lookups(), page.parked())) {
            throw Call.of(exchange).failed(Kind.BUSY, "somebody else has moved the checkpoint; the page is read again from there", null);
        }
        counts.polled = System.nanoTime();
        counts.eventsRead.add(events.size());
        counts.parked.add(page.parked().size());
        skatteetaten.arrivals().arrived(service, page.organisation(), page.keys(), events.size() >= pageSize);
    }

    private List<Map<String, Object>> start(Call call, Page page) {
        long[] first = {0};
        readBody(call, (path, value) -> {
            if (path.equals("sekvensnummer") || path.isEmpty()) {
                first[0] = number(value);
            }
        });
        if (first[0] < 1) {
            throw broken(call, "it holds no sekvensnummer");
        }
        page.last(first[0] - 1);
        return List.of();
    }

    private List<Map<String, Object>> events(Call call, Page page) {
        EventReader reader = new EventReader();
        readBody(call, reader);
        long after = page.last();
        TreeMap<Long, Map<String, Object>> newer = new TreeMap<>();
        for (Map<String, Object> event : reader.events) {
            if (!(event.get("sekvensnummer") instanceof Long number)) {
                throw broken(call, "an event has no sekvensnummer");
            }
            if (number > after) {
                newer.put(number, event);
            }
        }
        if (reader.error) {
            throw broken(call, "the answer is an error message");
        }
        if (newer.isEmpty() && !reader.events.isEmpty()) {
            throw broken(call, "all its numbers are lower than the one asked for");
        }
        if (!newer.isEmpty()) {
            page.last(newer.lastKey());
        }
        return new ArrayList<>(newer.values());
    }

    private void readBody(Call call, Formats.Values values) {
        String mediaType = Formats.mediaType(call.contentType());
        if (!Skatteetaten.accept(skatteetaten.settings()).equals(mediaType)) {
            throw broken(call, "it is not in the format asked for");
        }
        try {
            Formats.read(mediaType, call.body(), values);
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
    }

    private static RuntimeException broken(Call call, String why) {
        return call.failed(Kind.BUSY, "200 from " + call.api + ", but " + why, null);
    }

    private static long number(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Reads events whatever they hold; spellings that vary between lists are made one. */
    private static final class EventReader implements Formats.Values {
        private static final List<String> ITEMS = List.of("hendelser", "hendelse");
        private final List<Map<String, Object>> events = new ArrayList<>();
        private Map<String, Object> event = new LinkedHashMap<>();
        private boolean error;

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

    /** Where a list is begun: at a number, or at a date. */
    private record Start(long sekvensnummer, LocalDate date) {
        static Start of(Settings settings, String service, String organisation) {
            String key = service + ".start";
            String text = settings.find(organisation, key).orElse("first");
            if (text.equals("first")) {
                return new Start(1, null);
            }
            if (text.equals("now")) {
                return new Start(0, LocalDate.now(ZoneId.of("Europe/Oslo")));
            }
            try {
                return text.matches("\\d{4}-\\d{2}-\\d{2}") ? new Start(0, LocalDate.parse(text)) : new Start(Math.max(1, Long.parseLong(text)), null);
            } catch (RuntimeException e) {
                throw new ConfigurationException(key + ": '" + text + "' is not first, now, a date or a sequence number.");
            }
        }
    }
}

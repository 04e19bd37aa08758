package no.delingsruter.skatteetaten.list;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.ErrorBody;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.Outcomes;
import no.delingsruter.skatteetaten.Refusal;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.list.EventReader.Element;
import no.delingsruter.work.PageStore;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * One event list, whatever its protocol: asks for the page after the checkpoint, reads its events, and stores what they asked
 * for together with the new checkpoint.
 */
public abstract class EventList implements AggregationStrategy {
    public static final String ORGANISATION = "hendelsesliste.organisation";
    /** Exchange property: whether the page held events, so that there may be more at once. */
    public static final String MORE = "hendelsesliste.more";

    private static final int FEW = 5;

    private final Skatteetaten skatteetaten;
    private final PageStore pages;
    private final Alerts alerts;
    private final String service;
    private final String api;
    private final String scope;
    private final String path;
    private final String query;
    private final String mediaType;
    private final Outcomes outcomes;

    /**
     * @param scope    one, or several of which any opens the list (comma separated): then one that a running lookup uses too
     * @param path     of the list, from the version on, perhaps with a query; {@code <service>.list-path} goes before
     * @param outcomes see {@link Outcomes}; which answers mean that there is nothing new
     * @param formats  that the list has, such as {@code json, xml}
     */
    protected EventList(
            Lists lists, String service, String api, String scope, String path, String outcomes, String formats) {
        this.skatteetaten = lists.skatteetaten();
        this.pages = lists.pages();
        this.alerts = lists.alerts();
        this.service = service;
        this.api = api;
        List<String> scopes = Arrays.stream(scope.split(",")).map(String::strip).toList();
        this.scope = scopes.stream()
                .filter(lists.scopes().apply(service)::contains)
                .findFirst()
                .orElse(scopes.get(0));
        String[] address = skatteetaten
                .settings()
                .find(service + ".list-path")
                .orElse(path)
                .split("\\?", 2);
        this.path = address[0];
        this.query = address.length == 2 ? address[1] + "&" : "";
        this.mediaType = Skatteetaten.accept(skatteetaten.settings(), service, formats);
        this.outcomes = skatteetaten.outcomes(api, outcomes);
    }

    /** The call that tells where {@code start} is, null when that needs none. */
    abstract Call positionCall(Start start);

    /** The first sekvensnummer to read, from the answer to {@link #positionCall}; below 1 when there is none in it. */
    abstract long position(Call call);

    /** The query for the events after the last one of {@code page}. */
    abstract String query(Page page);

    /** The elements of a page, in its order. @throws BrokenAnswerException when it is none */
    abstract List<Element> elements(Call call);

    /** Whether a page of so many events means that another one follows at once. */
    abstract boolean full(int events);

    /** Whether there may be events after the given call: asked before each call. */
    void prepare(Call call) {}

    /** Told of each answer that held no events. */
    void empty(Call call) {}

    /** A reason of the list's own for a refused call, null for the usual one. */
    String reason(Call call) {
        return null;
    }

    /** @throws ConfigurationException when the list cannot be begun where the configuration says */
    abstract void checkStart(Start start);

    /** Called by constructors, so that an impossible start is told before anything is called. */
    final void checkStarts() {
        checkStart(Start.of(settings(), service, ""));
        settings()
                .list("organisations")
                .forEach(organisation -> checkStart(Start.of(settings(), service, organisation)));
    }

    final Call call(String organisation, String at, String with) {
        return new Call(api, organisation, scope, at, with).accepting(mediaType);
    }

    final Settings settings() {
        return skatteetaten.settings();
    }

    final String service() {
        return service;
    }

    final String path() {
        return path;
    }

    /** @throws ConfigurationException when {@code <service>.start} is none of what it may be */
    public static void checkStart(Settings settings, String service, String organisation) {
        Start.of(settings, service, organisation);
    }

    /** Prepares the call for the next page; for where to begin when that must be asked for and nothing was read yet. */
    public void request(Exchange exchange) {
        String organisation = exchange.getProperty(ORGANISATION, String.class);
        OptionalLong underWay = PageCommits.of(exchange).checkpoint();
        OptionalLong checkpoint = underWay.isPresent() ? underWay : pages.checkpoint(service, organisation);
        Page page = new Page(service, organisation, checkpoint);
        exchange.setProperty(Page.PROPERTY, page);
        if (checkpoint.isEmpty()) {
            Start start = Start.of(skatteetaten.settings(), service, organisation);
            checkStart(start);
            Call position = positionCall(start);
            if (position != null) {
                position.attachTo(exchange);
                return;
            }
            page.last(start.sekvensnummer() - 1);
        }
        Call call = call(organisation, path, query + query(page));
        prepare(call);
        call.attachTo(exchange);
    }

    /** The body becomes the page's events, in order, each a map, after those that an operator replays; empty when there are none. */
    public void read(Exchange exchange) {
        Call call = Call.of(exchange);
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        List<Map<String, Object>> events = List.of();
        if (call.status() == 200) {
            if (call.path.equals(path)) {
                events = newer(call, page);
            } else {
                begin(call, page);
            }
        } else if (call.status() != 204 && (call.status() != 304 || call.ifNoneMatch == null)) {
            refused(call);
        }
        if (events.isEmpty()) {
            empty(call);
        }
        List<Page.Replay> replays = page.from().isEmpty() ? List.of() : pages.replays(service, page.organisation());
        exchange.getMessage().setBody(page.pass(replays, events));
    }

    private void refused(Call call) {
        String kode = ErrorBody.kode(call);
        Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
        if (meaning == Outcomes.Meaning.EMPTY) {
            return;
        }
        CallFailedException refusal = Refusal.of(
                call,
                kode,
                meaning == Outcomes.Meaning.REFUSED ? Outcomes.Meaning.REFUSED_FOR_ALL : meaning,
                skatteetaten.gateway());
        String reason = refusal.kind() == Kind.REFUSED_FOR_ALL ? reason(call) : null;
        throw reason == null ? refusal : call.failed(Kind.REFUSED_FOR_ALL, reason, kode);
    }

    /** Called for each event after the route's own steps: an event that they failed on is set aside. */
    @Override
    public Exchange aggregate(Exchange before, Exchange now) {
        Page page = now.getProperty(Page.PROPERTY, Page.class);
        if (now.getException() != null) {
            page.park("", failed(now.getException()));
            now.setException(null);
        }
        page.passed();
        return before == null ? now : before;
    }

    /** Why a step of the route failed: never what the exception says, for it may name a person. */
    private static String failed(Exception failure) {
        return "a step of the route failed (" + failure.getClass().getSimpleName() + ")";
    }

    /**
     * Stores what the page asked for and moves the checkpoint, both or neither. Of a full page this goes on while the next one is read.
     */
    public void commit(Exchange exchange) {
        PageCommits commits = PageCommits.of(exchange);
        commits.await();
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        Call call = Call.of(exchange);
        if (page.passing() >= FEW && page.allParked()) {
            throw call.failed(
                    Kind.REFUSED_FOR_ALL,
                    page.lastReason() + "; so it is with every event of the page, which is read again",
                    null);
        }
        boolean moved = page.from().isEmpty()
                ? page.last() > 0 || page.size() > 0
                : page.last() > page.from().getAsLong();
        exchange.setProperty(MORE, moved || pages.moreReplays(page));
        if (!moved && page.replays().isEmpty()) {
            pages.nothingNew(service, page.organisation());
        } else {
            boolean later = full(page.size())
                    && page.from().isPresent()
                    && page.replays().isEmpty();
            commits.store(page.last(), later, () -> store(page, call));
        }
    }

    private void store(Page page, Call call) {
        if (!pages.commit(page, full(page.size()))) {
            throw call.failed(
                    Kind.BUSY,
                    "somebody else has moved the checkpoint or replayed an event; the page is read again",
                    null);
        }
    }

    private void begin(Call call, Page page) {
        long first = position(call);
        if (first < 1) {
            throw broken(call, "it holds no sekvensnummer");
        }
        page.last(first - 1);
    }

    /** The events of the page that come after the checkpoint, in order; what is none is set aside once one stands behind it. */
    private List<Map<String, Object>> newer(Call call, Page page) {
        List<Numbered> read = numbered(call, page.last());
        long after = page.last();
        List<Numbered> newer = read.stream()
                .filter(event -> event.number() > after)
                .sorted(Comparator.comparingLong(Numbered::number))
                .toList();
        if (newer.isEmpty() && read.stream().anyMatch(event -> event.number() > 0)) {
            throw broken(call, "all its numbers are lower than the one asked for");
        }
        waiting(page, read);
        if (!newer.isEmpty()) {
            page.last(newer.get(newer.size() - 1).number());
        }
        Set<Map<String, Object>> events = new LinkedHashSet<>();
        for (Numbered event : newer) {
            if (event.odd() == null) {
                events.add(event.event());
            } else {
                page.setAside(event.event(), event.odd());
            }
        }
        return List.copyOf(events);
    }

    private List<Numbered> numbered(Call call, long after) {
        try {
            return Numbered.of(elements(call), after);
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
    }

    /** Says which element stands at the list's end and cannot be passed: nothing tells yet where it belongs. */
    private void waiting(Page page, List<Numbered> read) {
        String what = "Odd event in the list of " + new Statistics.Id(service, page.organisation());
        Numbered last = read.isEmpty() ? null : read.get(read.size() - 1);
        if (last == null || last.number() > 0) {
            alerts.ends(what, "an event stands behind it");
            return;
        }
        boolean stuck = full(read.size()) && read.stream().allMatch(event -> event.number() == 0);
        alerts.begins(
                what,
                last.odd() + "; it is parked as soon as an event stands behind it",
                stuck ? Severity.STANDSTILL : Severity.SLOWER);
    }

    /** Reads the answer, which must have the format that was asked for. */
    final void readBody(Call call, Formats.Values values) {
        try {
            Formats.read(mediaType(call), call.body(), values);
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
    }

    final String mediaType(Call call) {
        String answered = Formats.mediaType(call.contentType());
        if (!mediaType.equals(answered)) {
            throw broken(call, "it is not in the format asked for");
        }
        return answered;
    }

    static RuntimeException broken(Call call, String why) {
        return call.failed(Kind.BUSY, "200 from " + call.api + ", but " + why, null);
    }

    static long number(String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}

package no.delingsruter.skatteetaten.list;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.ErrorBody;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.Outcomes;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.Refusal;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.list.EventReader.Element;
import no.delingsruter.work.BackfillPage;
import no.delingsruter.work.PageStore;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event list, whatever its protocol: asks for the page after the checkpoint, reads its events, and stores what they asked
 * for together with the new checkpoint.
 */
public abstract class EventList implements AggregationStrategy {
    public static final String ORGANISATION = "hendelsesliste.organisation";
    /** Exchange property: only ask where the list begins, from first, now or a date on; then the first number. */
    public static final String FIRST = "hendelsesliste.first";
    /** Exchange property: read this page again, beside the list's being followed. */
    public static final String BACKFILL = "hendelsesliste.backfill";
    /** Exchange property: whether the page held events, so that there may be more at once. */
    public static final String MORE = "hendelsesliste.more";

    private static final Logger LOG = LoggerFactory.getLogger(EventList.class);
    private static final int FEW = 5;
    private static final Set<String> NEEDED =
            Set.of("sekvensnummer", "hendelsetype", "hendelsestype", "registreringstidspunkt");
    /** Skatteetaten takes so many as a page, says its documentation. */
    public static final int MOST = 10_000;

    private static final long CHECK_NANOS = Duration.ofHours(1).toNanos();

    private final Skatteetaten skatteetaten;
    private final PageStore pages;
    private final Alerts alerts;
    private final String service;
    private final String api;
    private final String scope;
    private final PathTemplate path;
    private final Access access;
    private final String mediaType;
    private final Outcomes outcomes;
    private final Function<String, Set<String>> fields;
    private final Map<String, Following> following = new ConcurrentHashMap<>();

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
        this.fields = lists.fields();
        this.service = service;
        this.api = api;
        List<String> scopes = Arrays.stream(scope.split(",")).map(String::strip).toList();
        this.access = skatteetaten.access(service);
        this.scope = access.scope(scopes.stream()
                .filter(lists.scopes().apply(service)::contains)
                .findFirst()
                .orElse(scopes.get(0)));
        this.path = new PathTemplate(Access.listPath(skatteetaten.settings(), service, path));
        this.mediaType = Skatteetaten.accept(skatteetaten.settings(), service, formats);
        this.outcomes = skatteetaten.outcomes(api, outcomes);
    }

    /** The call that tells where {@code start} is, null when that needs none. */
    abstract Call positionCall(Start start);

    /** The first sekvensnummer to read, from the answer to {@link #positionCall}; below {@link #firstNumber} when there is none in it. */
    abstract long position(Call call);

    /** The query for so many events from {@code number} on, whether that is meant inclusively or not. */
    abstract String query(long number, int size);

    /** The call that tells how far the list goes, by where a day began; null when there is none. */
    Call headCall(String organisation, int daysBack) {
        return null;
    }

    /** A number that the list goes to or beyond, from the answer to {@link #headCall}; below 1 when there is none in it. */
    long head(Call call) {
        return position(call);
    }

    /** What the number of a query means, as documented. */
    abstract Cursor.Convention convention();

    /** The elements of a page, in its order. @throws BrokenAnswerException when it is none */
    abstract List<Element> elements(Call call);

    /** Events asked for at a time. */
    abstract int pageSize();

    /** Whether a field of an event is kept whatever else the event holds. */
    final boolean needs(String field) {
        return NEEDED.contains(field) || fields.apply(service).contains(field);
    }

    /** The lowest number that an event of the list may have. */
    long firstNumber() {
        return 1;
    }

    /** Whether an answer holds a key once, so that a number may vanish when its key gets another. */
    boolean onePerKey() {
        return false;
    }

    /** Told of each call for what comes after the checkpoint, before it is made. */
    void prepare(Call call) {}

    /** Told of each such call that was answered without events. */
    void empty(Call call) {}

    /** A reason of the list's own for a refused call, null for the usual one. */
    String reason(Call call) {
        return null;
    }

    /** @throws ConfigurationException when the list cannot be begun where the configuration says */
    abstract void checkStart(Start start);

    /** Called by constructors, so that an impossible start is told before anything is called. */
    final void checkStarts() {
        checkStart(Start.of(settings(), service, "", firstNumber()));
        settings()
                .list("organisations")
                .forEach(organisation -> checkStart(Start.of(settings(), service, organisation, firstNumber())));
    }

    final Call call(String organisation, String at, String with) {
        return new Call(api, organisation, scope, at, with)
                .template(at.replace(path(organisation), path.path()))
                .accepting(mediaType)
                .by(access)
                .of(service, "");
    }

    final Settings settings() {
        return skatteetaten.settings();
    }

    /** What the list is called by in the configuration. */
    public final String service() {
        return service;
    }

    /** The list's path for an organisation, encoded. */
    final String path(String organisation) {
        return path.path(name -> access.value(organisation, name));
    }

    private String page(String organisation, String query) {
        String own = path.query(name -> access.value(organisation, name));
        return own == null ? query : own + "&" + query;
    }

    private boolean isPage(Call call) {
        return call.path.equals(path(call.organisation));
    }

    /** @throws ConfigurationException when one of {@code <service>.start}, {@code cursor}, {@code look-back}, {@code first-number} and {@code one-per-key} is none of what it may be */
    public static void checkStart(Settings settings, String service, String organisation) {
        Start.of(settings, service, organisation, 0);
        configured(settings, service);
        LookBack.of(settings, service);
        ListForm.check(settings, service);
    }

    /** Prepares the call for the next page; for where to begin when that must be asked for and nothing was read yet. */
    public void request(Exchange exchange) {
        String organisation = exchange.getProperty(ORGANISATION, String.class);
        if (exchange.getProperty(FIRST) != null) {
            requestFirst(exchange, organisation);
            return;
        }
        BackfillPage backfill = exchange.getProperty(BACKFILL, BackfillPage.class);
        if (backfill != null) {
            requestAgain(exchange, organisation, backfill);
            return;
        }
        long epoch = pages.epoch(service, organisation);
        OptionalLong underWay = PageCommits.of(exchange).checkpoint();
        OptionalLong checkpoint = underWay.isPresent() ? underWay : pages.checkpoint(service, organisation);
        Page page = new Page(service, organisation, checkpoint);
        page.epoch(epoch);
        exchange.setProperty(Page.PROPERTY, page);
        Start start = checkpoint.isPresent() ? null : Start.of(settings(), service, organisation, firstNumber());
        Call first = start == null ? null : first(start);
        if (first != null) {
            page.toBegin();
            first.attachTo(exchange);
            return;
        }
        page.last(start == null ? Math.max(checkpoint.getAsLong(), firstNumber() - 1) : start.sekvensnummer() - 1);
        Following following = following(organisation);
        if (!following.cursor.isAt(page.last())) {
            String seen = start == null ? pages.seen(service, organisation) : null;
            following.cursor.moveTo(page.last(), SeenEvents.of(seen, page.last()));
        }
        Call check = following.checks() ? headCall(organisation, following.search.daysBack()) : null;
        following.awaits = check != null;
        if (check == null && following.search != null) {
            if (following.search.daysBack() > 0) {
                found(page, following);
                following.cursor.passed();
            }
            following.search = null;
        }
        Call call = check != null ? check : pageCall(organisation, following.cursor.from(), following.cursor.size());
        if (check == null && following.cursor.plain()) {
            prepare(call);
        }
        call.attachTo(exchange);
    }

    /** The scope of its calls. */
    public final String scope() {
        return scope;
    }

    final Call pageCall(String organisation, long number, int size) {
        return call(organisation, path(organisation), page(organisation, query(number, size)));
    }

    /** What to ask from for what has {@code number} and comes after it, as documented. */
    final long numberBefore(long number) {
        return convention() == Cursor.Convention.INCLUSIVE ? number : number - 1;
    }

    private void requestFirst(Exchange exchange, String organisation) {
        Start start = Start.of(exchange.getProperty(FIRST, String.class), service, organisation, firstNumber());
        if (start.first()) {
            exchange.setProperty(FIRST, start.sekvensnummer());
            exchange.setRouteStop(true);
            return;
        }
        Call call = first(start);
        if (call == null) {
            throw new ConfigurationException(service + ": this list does not say where it begins.");
        }
        // An operator may ask while the service stands still
        call.of(null, "").attachTo(exchange);
    }

    /** From the last number that was read on, which is right whatever the number of a query means. */
    private void requestAgain(Exchange exchange, String organisation, BackfillPage backfill) {
        exchange.setProperty(Page.PROPERTY, new Page(service, organisation, OptionalLong.of(backfill.after())));
        boolean begins = backfill.after() < firstNumber();
        Cursor.Convention known = following(organisation).cursor.convention();
        long from = begins && known == Cursor.Convention.INCLUSIVE ? firstNumber() : backfill.after();
        pageCall(organisation, from, Math.min(MOST, pageSize() + 1)).attachTo(exchange);
    }

    /** What cannot be used was set aside when the list was followed. */
    private void readAgain(Exchange exchange, Call call, BackfillPage backfill) {
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        if (call.status() != 200 && call.status() != 204) {
            refused(call);
        }
        List<Numbered> answer =
                call.status() == 200 ? Numbered.of(elements(call), backfill.after(), firstNumber()) : List.of();
        long highest = answer.stream().mapToLong(Numbered::number).max().orElse(backfill.after());
        boolean full = answer.size() >= pageSize();
        if (full && highest <= backfill.after()) {
            throw new ConfigurationException(service + ".page-size: " + answer.size()
                    + " events have one number, and what comes after them is not to be had; take a larger one.");
        }
        // What has the last number of a full page may go on in the next one
        long whole = answer.stream()
                .mapToLong(Numbered::number)
                .filter(number -> full && number > backfill.after() && number < highest)
                .max()
                .orElse(highest);
        boolean end = highest <= backfill.after() || whole >= backfill.to();
        page.last(end ? backfill.to() : whole);
        exchange.getMessage()
                .setBody(page.pass(
                        List.of(),
                        answer.stream()
                                .filter(event -> event.odd() == null
                                        && event.number() > backfill.after()
                                        && event.number() <= page.last())
                                .sorted(Comparator.comparingLong(Numbered::number))
                                .map(Numbered::event)
                                .toList()));
    }

    private void takeAgain(Page page, BackfillPage backfill) {
        pages.keepWatched(page);
        backfill.taker().take(page.last(), page.passing(), page.parked().size(), page.lookups());
    }

    private void readFirst(Exchange exchange, Call call) {
        if (call.status() != 200) {
            refused(call);
        }
        long first = call.status() == 200 ? position(call) : 0;
        if (first < firstNumber()) {
            throw call.failed(Kind.BUSY, "the list has no number for it: it holds no event of that day or later", null);
        }
        exchange.setProperty(FIRST, first);
        exchange.getMessage().setBody(List.of());
    }

    private Call first(Start start) {
        checkStart(start);
        return positionCall(start);
    }

    private Following following(String organisation) {
        return following.computeIfAbsent(
                organisation,
                acted -> new Following(new Cursor(
                        "Event list of " + new Statistics.Id(service, acted),
                        service,
                        configured(settings(), service),
                        convention(),
                        pageSize(),
                        LookBack.of(settings(), service),
                        onePerKey(),
                        InstantSource.system())));
    }

    /** As configured: null to find it out. */
    private static Cursor.Convention configured(Settings settings, String service) {
        String text = settings.choice(service + ".cursor", "auto", "inclusive", "exclusive");
        return text.equals("auto") ? null : Cursor.Convention.valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** How one organisation follows the list. */
    private static final class Following {
        private final Cursor cursor;
        private boolean polled;
        private long checked = System.nanoTime() - CHECK_NANOS;
        /** How far the list goes is being asked for; null when it is not. */
        private HeadSearch search;

        private boolean awaits;

        Following(Cursor cursor) {
            this.cursor = cursor;
        }

        /** After the first page, and then every hour; each day is asked for once, whatever comes of it. */
        boolean checks() {
            if (search == null && polled && cursor.settled() && System.nanoTime() - checked >= CHECK_NANOS) {
                checked = System.nanoTime();
                search = new HeadSearch(cursor.last());
                return true;
            }
            return search != null && !awaits;
        }
    }

    /** The body becomes the page's events, in order, each a map, after those that an operator replays; empty when there are none. */
    public void read(Exchange exchange) {
        Call call = Call.of(exchange);
        if (exchange.getProperty(FIRST) != null) {
            readFirst(exchange, call);
            return;
        }
        BackfillPage backfill = exchange.getProperty(BACKFILL, BackfillPage.class);
        if (backfill != null) {
            readAgain(exchange, call, backfill);
            return;
        }
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        List<Map<String, Object>> events = List.of();
        if (isPage(call)) {
            events = newer(call, page);
        } else if (!page.begins()) {
            check(call, page);
        } else if (call.status() == 200) {
            begin(call, page);
        } else if (call.status() != 204) {
            refused(call);
        }
        List<Page.Replay> replays = page.from().isEmpty() ? List.of() : pages.replays(service, page.organisation());
        exchange.getMessage().setBody(page.pass(replays, events));
    }

    /** Where a day's events begin tells how far the list goes; a list that does not say it is followed all the same. */
    private void check(Call call, Page page) {
        Following following = following(page.organisation());
        long head = 0;
        try {
            head = call.status() == 200 ? Math.max(0, head(call)) : 0;
        } catch (CallFailedException e) {
            LOG.debug("{}: {}", service, e.getMessage());
        }
        following.awaits = false;
        following.search.answered(head);
        if (following.search.isOver()) {
            found(page, following);
            following.search = null;
        }
    }

    private void found(Page page, Following following) {
        following.cursor.check(following.search.head());
        pages.checked(service, page.organisation(), following.search.head());
    }

    /** Returns when the answer means that there is nothing. @throws CallFailedException for any other */
    final void refused(Call call) {
        String kode = ErrorBody.kode(call);
        Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
        if (meaning == Outcomes.Meaning.EMPTY) {
            return;
        }
        CallFailedException refusal = Refusal.ofList(
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
            page.park("", "a step failed" + page.failedAt() + ": " + Logging.cause(now.getException()));
            now.setException(null);
        }
        // A step that stops the route does so for its event; the page is still to be stored
        now.setRouteStop(false);
        page.passed();
        return before == null ? now : before;
    }

    /**
     * Stores what the page asked for and moves the checkpoint, both or neither. Of a full page this goes on while the next one is read.
     */
    public void commit(Exchange exchange) {
        BackfillPage backfill = exchange.getProperty(BACKFILL, BackfillPage.class);
        if (backfill != null) {
            takeAgain(exchange.getProperty(Page.PROPERTY, Page.class), backfill);
            return;
        }
        if (exchange.getProperty(FIRST) != null) {
            return;
        }
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
        boolean begins = page.begins();
        Following following = following(page.organisation());
        // Where it begins is stored too, or a list begun at its very first number would be asked for its start for ever
        boolean moved = page.size() > 0
                || (begins && call.status() == 200)
                || (!begins && page.last() > page.from().orElse(firstNumber() - 1));
        boolean more = !begins && (following.search != null || following.cursor.more());
        exchange.setProperty(MORE, moved || more || pages.moreReplays(page));
        if (moved || !page.replays().isEmpty()) {
            boolean full = !begins && following.cursor.full();
            boolean later = full && page.from().isPresent() && page.replays().isEmpty();
            commits.store(page.last(), later, () -> store(page, call, full));
        } else if (!more) {
            pages.nothingNew(service, page.organisation());
        }
        if (!begins) {
            following.cursor.passed();
            following.polled = true;
        }
    }

    private void store(Page page, Call call, boolean full) {
        if (!pages.commit(page, full)) {
            throw call.failed(
                    Kind.BUSY,
                    "somebody else has moved the checkpoint or replayed an event; the page is read again",
                    null);
        }
    }

    private void begin(Call call, Page page) {
        long first = position(call);
        if (first < firstNumber()) {
            throw broken(call, "it holds no sekvensnummer");
        }
        page.last(first - 1);
    }

    /** The events that are new, in order; what is none is set aside once one stands behind it. */
    private List<Map<String, Object>> newer(Call call, Page page) {
        Cursor cursor = following(page.organisation()).cursor;
        boolean plain = cursor.plain();
        List<Numbered> answer = answer(call, cursor);
        List<Numbered> fresh;
        try {
            fresh = cursor.read(answer);
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        } catch (Cursor.StoppedException e) {
            throw call.failed(Kind.REFUSED_FOR_ALL, e.getMessage(), null);
        }
        if (fresh.isEmpty() && plain) {
            empty(call);
        }
        page.read(fresh.size());
        waiting(page, answer, fresh);
        page.last(cursor.thenLast());
        page.seen(cursor.thenSeen().text(page.last()));
        fresh.stream().filter(event -> event.odd() != null).forEach(event -> page.setAside(event.event(), event.odd()));
        return fresh.stream()
                .filter(event -> event.odd() == null)
                .map(Numbered::event)
                .toList();
    }

    private List<Numbered> answer(Call call, Cursor cursor) {
        if (call.status() != 200) {
            boolean nothing = call.status() == 204
                    || (call.status() == 304 && call.ifNoneMatch != null)
                    || (call.status() == 400 && cursor.asksBefore());
            if (!nothing) {
                refused(call);
            }
            return List.of();
        }
        try {
            return Numbered.of(elements(call), cursor.from() - 1, firstNumber());
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
    }

    /** Says which element stands at the list's end and cannot be passed: nothing tells yet where it belongs. */
    private void waiting(Page page, List<Numbered> answer, List<Numbered> fresh) {
        String what = "Odd event in the list of " + new Statistics.Id(service, page.organisation());
        if (!fresh.isEmpty()) {
            alerts.ends(what, "an event stands behind it");
        }
        Numbered last = answer.isEmpty() ? null : answer.get(answer.size() - 1);
        if (last != null && last.number() == Numbered.NONE) {
            boolean stuck =
                    answer.size() >= pageSize() && answer.stream().allMatch(event -> event.number() == Numbered.NONE);
            alerts.begins(
                    what,
                    last.odd() + "; it is parked as soon as an event stands behind it",
                    stuck ? Severity.STANDSTILL : Severity.SLOWER);
        }
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
        try {
            if (!mediaType.equals(call.mediaType())) {
                throw broken(call, "it is not in the format asked for");
            }
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
        return mediaType;
    }

    static RuntimeException broken(Call call, String why) {
        return call.failed(Kind.BUSY, "200 from " + call.api + ", but " + why, null);
    }
}

package no.delingsruter.skatteetaten.list;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Alerts;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.list.EventReader.Element;
import no.delingsruter.work.BackfillPage;
import no.delingsruter.work.PageStore;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * One event list, whatever its protocol, as its route uses it: {@link #request}, the call, {@link #read}, each event through the
 * route's steps and {@link #aggregate}, and {@link #commit}. Each protocol says what its list is.
 */
public abstract class EventList implements AggregationStrategy {
    public static final String ORGANISATION = "hendelsesliste.organisation";
    /** Exchange property: only ask where the list begins, from first, now or a date on; then the first number. */
    public static final String FIRST = "hendelsesliste.first";
    /** Exchange property: read this page again, beside the list's being followed. */
    public static final String BACKFILL = "hendelsesliste.backfill";
    /** Exchange property: whether the page held events, so that there may be more at once. */
    public static final String MORE = "hendelsesliste.more";
    /** Skatteetaten takes so many as a page, says its documentation. */
    public static final int MOST = 10_000;

    final ListCalls calls;
    private final String service;
    private final PageStore pages;
    private final Alerts alerts;
    private final Map<String, Following> following = new ConcurrentHashMap<>();

    /**
     * @param scope    one, or several of which any opens the list (comma separated): then one that a running lookup uses too
     * @param path     of the list, from the version on, perhaps with a query; {@code <service>.list-path} goes before
     * @param outcomes see {@link no.delingsruter.skatteetaten.Outcomes}; which answers mean that there is nothing new
     * @param formats  that the list has, such as {@code json, xml}
     */
    protected EventList(
            Lists lists, String service, String api, String scope, String path, String outcomes, String formats) {
        this.calls = new ListCalls(lists, service, api, scope, path, outcomes, formats);
        this.service = service;
        this.pages = lists.pages();
        this.alerts = lists.alerts();
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
    abstract Convention convention();

    /** The elements of a page, in its order. @throws BrokenAnswerException when it is none */
    abstract List<Element> elements(Call call);

    /** Events asked for at a time. */
    abstract int pageSize();

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

    /** @throws ConfigurationException when one of {@code <service>.start}, {@code cursor}, {@code look-back}, {@code first-number} and {@code one-per-key} is none of what it may be */
    public static void checkStart(Settings settings, String service, String organisation) {
        Start.of(settings, service, organisation, 0);
        Convention.configured(settings, service);
        LookBack.of(settings, service);
        ListForm.check(settings, service);
    }

    final Settings settings() {
        return calls.settings();
    }

    /** What the list is called by in the configuration. */
    public final String service() {
        return service;
    }

    /** The scope of its calls. */
    public final String scope() {
        return calls.scope();
    }

    final Call pageCall(String organisation, long number, int size) {
        return calls.page(organisation, query(number, size));
    }

    /** What to ask from for what has {@code number} and comes after it, as documented. */
    final long numberBefore(long number) {
        return convention() == Convention.INCLUSIVE ? number : number - 1;
    }

    /** The call that tells where {@code start} is, null when that needs none. @throws ConfigurationException as {@link #checkStart(Start)} */
    final Call begin(Start start) {
        checkStart(start);
        return positionCall(start);
    }

    /** Whether the answer holds anything; not when it means that there is nothing. @throws CallFailedException for any other */
    final boolean answers(Call call) {
        if (call.status() != 200 && call.status() != 204) {
            refused(call);
        }
        return call.status() == 200;
    }

    /** Returns when the answer means that there is nothing. @throws CallFailedException for any other */
    final void refused(Call call) {
        calls.refused(call, this::reason);
    }

    /**
     * The elements of a page with their places.
     *
     * @param after the last number before the page
     * @throws CallFailedException when the answer is none
     */
    final List<Numbered> events(Call call, long after) {
        if (!answers(call)) {
            return List.of();
        }
        try {
            return Numbered.of(elements(call), after, firstNumber());
        } catch (BrokenAnswerException e) {
            throw ListCalls.broken(call, e.getMessage());
        }
    }

    /** Prepares the call for the next page; for where to begin when that must be asked for and nothing was read yet. */
    public void request(Exchange exchange) {
        String organisation = organisation(exchange);
        BackfillPage backfill = backfill(exchange);
        if (exchange.getProperty(FIRST) != null) {
            new FirstNumber(this).request(exchange, organisation);
        } else if (backfill != null) {
            new ListBackfill(this, pages)
                    .request(
                            exchange,
                            organisation,
                            backfill,
                            following(organisation).convention());
        } else {
            following(organisation).request(exchange);
        }
    }

    /** The body becomes the page's events, in order, each a map, after those that an operator replays; empty when there are none. */
    public void read(Exchange exchange) {
        BackfillPage backfill = backfill(exchange);
        if (exchange.getProperty(FIRST) != null) {
            new FirstNumber(this).read(exchange);
        } else if (backfill != null) {
            new ListBackfill(this, pages).read(exchange, backfill);
        } else {
            following(organisation(exchange)).read(exchange);
        }
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
        BackfillPage backfill = backfill(exchange);
        if (backfill != null) {
            new ListBackfill(this, pages).take(exchange, backfill);
        } else if (exchange.getProperty(FIRST) == null) {
            following(organisation(exchange)).commit(exchange);
        }
    }

    private static String organisation(Exchange exchange) {
        return exchange.getProperty(ORGANISATION, String.class);
    }

    private static BackfillPage backfill(Exchange exchange) {
        return exchange.getProperty(BACKFILL, BackfillPage.class);
    }

    private Following following(String organisation) {
        return following.computeIfAbsent(organisation, acted -> new Following(this, acted, pages, alerts));
    }
}

package no.delingsruter.skatteetaten.list;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.work.PageStore;
import org.apache.camel.Exchange;

/**
 * How one organisation follows a list: asks for the page after the checkpoint, reads what is new in it, and stores that. Used by one thread
 * at a time.
 */
final class Following {
    private static final int FEW = 5;

    private final EventList list;
    private final String organisation;
    private final Statistics.Id id;
    private final PageStore pages;
    private final Alerts alerts;
    private final FoundConvention convention;
    private final Cursor cursor;
    private final HeadCheck headCheck;

    Following(EventList list, String organisation, PageStore pages, Alerts alerts) {
        this.list = list;
        this.organisation = organisation;
        this.id = new Statistics.Id(list.service(), organisation);
        this.pages = pages;
        this.alerts = alerts;
        String name = "Event list of " + id;
        this.convention = new FoundConvention(
                name, list.service(), Convention.configured(list.settings(), list.service()), list.convention());
        LookBack lookBack = LookBack.of(list.settings(), list.service());
        this.cursor = new Cursor(
                name,
                list.service(),
                list.pageSize(),
                list.onePerKey(),
                convention,
                new LateEvents(name, lookBack, InstantSource.system()));
        this.headCheck = new HeadCheck(list, organisation, pages, cursor);
    }

    /** What the number of a query means, as far as that is known; any thread may ask. */
    Convention convention() {
        return convention.get();
    }

    /** Prepares the call for the next page; for where to begin when that must be asked for and nothing was read yet. */
    void request(Exchange exchange) {
        long epoch = pages.epoch(list.service(), organisation);
        OptionalLong underWay = PageCommits.of(exchange).checkpoint();
        OptionalLong checkpoint = underWay.isPresent() ? underWay : pages.checkpoint(list.service(), organisation);
        Page page = new Page(list.service(), organisation, checkpoint);
        page.epoch(epoch);
        exchange.setProperty(Page.PROPERTY, page);
        Start start = checkpoint.isPresent()
                ? null
                : Start.of(list.settings(), list.service(), organisation, list.firstNumber());
        Call first = start == null ? null : list.begin(start);
        if (first != null) {
            page.toBegin();
            first.attachTo(exchange);
            return;
        }
        page.last(start == null ? Math.max(checkpoint.getAsLong(), list.firstNumber() - 1) : start.sekvensnummer() - 1);
        if (!cursor.isAt(page.last())) {
            String seen = start == null ? pages.seen(list.service(), organisation) : null;
            cursor.moveTo(page.last(), SeenEvents.of(seen, page.last()));
        }
        Call check = headCheck.call();
        Call call = check != null ? check : list.pageCall(organisation, cursor.from(), cursor.size());
        if (check == null && cursor.plain()) {
            list.prepare(call);
        }
        call.attachTo(exchange);
    }

    /** The body becomes the page's events, in order, after those that an operator replays. */
    void read(Exchange exchange) {
        Call call = Call.of(exchange);
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        List<Map<String, Object>> events = List.of();
        if (list.calls.isPage(call)) {
            events = newer(call, page);
        } else if (!page.begins()) {
            headCheck.read(call);
        } else if (list.answers(call)) {
            begin(call, page);
        }
        List<Page.Replay> replays = page.from().isEmpty() ? List.of() : pages.replays(list.service(), organisation);
        exchange.getMessage().setBody(page.pass(replays, events));
    }

    private void begin(Call call, Page page) {
        long first = list.position(call);
        if (first < list.firstNumber()) {
            throw ListCalls.broken(call, "it holds no sekvensnummer");
        }
        page.last(first - 1);
    }

    /** The events that are new, in order; what is none is set aside once one stands behind it. */
    private List<Map<String, Object>> newer(Call call, Page page) {
        boolean plain = cursor.plain();
        List<Numbered> answer = isRefusedNumber(call) ? List.of() : list.events(call, cursor.from() - 1);
        List<Numbered> fresh;
        try {
            fresh = cursor.read(answer);
        } catch (BrokenAnswerException e) {
            throw ListCalls.broken(call, e.getMessage());
        } catch (ListStoppedException e) {
            throw call.failed(Kind.REFUSED_FOR_ALL, e.getMessage(), null);
        }
        if (fresh.isEmpty() && plain) {
            list.empty(call);
        }
        page.read(fresh.size());
        waiting(answer, fresh);
        page.last(cursor.thenLast());
        page.seen(cursor.thenSeen().text(page.last()));
        fresh.stream().filter(event -> event.odd() != null).forEach(event -> page.setAside(event.event(), event.odd()));
        return fresh.stream()
                .filter(event -> event.odd() == null)
                .map(Numbered::event)
                .toList();
    }

    /** Whether a refusal tells no more than that nothing is there, or nothing new. */
    private boolean isRefusedNumber(Call call) {
        return (call.status() == 304 && call.ifNoneMatch != null) || (call.status() == 400 && cursor.asksBefore());
    }

    /** Says which element stands at the list's end and cannot be passed: nothing tells yet where it belongs. */
    private void waiting(List<Numbered> answer, List<Numbered> fresh) {
        String what = "Odd event in the list of " + id;
        if (!fresh.isEmpty()) {
            alerts.ends(what, "an event stands behind it");
        }
        Numbered last = answer.isEmpty() ? null : answer.get(answer.size() - 1);
        if (last != null && last.number() == Numbered.NONE) {
            boolean stuck = answer.size() >= list.pageSize()
                    && answer.stream().allMatch(event -> event.number() == Numbered.NONE);
            alerts.begins(
                    what,
                    last.odd() + "; it is parked as soon as an event stands behind it",
                    stuck ? Severity.STANDSTILL : Severity.SLOWER);
        }
    }

    /**
     * Stores what the page asked for and moves the checkpoint, both or neither. Of a full page this goes on while the next one is read.
     */
    void commit(Exchange exchange) {
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
        // Where it begins is stored too, or a list begun at its very first number would be asked for its start for ever
        boolean moved = page.size() > 0
                || (begins && call.status() == 200)
                || (!begins && page.last() > page.from().orElse(list.firstNumber() - 1));
        boolean more = !begins && (headCheck.isUnderWay() || cursor.more());
        exchange.setProperty(EventList.MORE, moved || more || pages.moreReplays(page));
        if (moved || !page.replays().isEmpty()) {
            boolean full = !begins && cursor.full();
            boolean later = full && page.from().isPresent() && page.replays().isEmpty();
            commits.store(page.last(), later, () -> store(page, call, full));
        } else if (!more) {
            pages.nothingNew(list.service(), organisation);
        }
        if (!begins) {
            cursor.passed();
            headCheck.polled();
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
}

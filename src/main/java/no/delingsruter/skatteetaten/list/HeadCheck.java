package no.delingsruter.skatteetaten.list;

import java.time.Duration;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.work.PageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a list goes, by where a day's events begin: asked after the first page, and then every hour. Each day is asked for once, whatever
 * comes of it.
 */
final class HeadCheck {
    private static final Logger LOG = LoggerFactory.getLogger(HeadCheck.class);
    private static final long PAUSE_NANOS = Duration.ofHours(1).toNanos();

    private final EventList list;
    private final String organisation;
    private final PageStore pages;
    private final Cursor cursor;
    private boolean polled;
    private long checked = System.nanoTime() - PAUSE_NANOS;
    /** Null when how far the list goes is not being asked for. */
    private HeadSearch search;

    private boolean awaits;

    HeadCheck(EventList list, String organisation, PageStore pages, Cursor cursor) {
        this.list = list;
        this.organisation = organisation;
        this.pages = pages;
        this.cursor = cursor;
    }

    /** A page has been dealt with. */
    void polled() {
        polled = true;
    }

    boolean isUnderWay() {
        return search != null;
    }

    /** The call that is due; null when a page is. */
    Call call() {
        Call call = isDue() ? list.headCall(organisation, search.daysBack()) : null;
        awaits = call != null;
        if (call == null && search != null) {
            if (search.daysBack() > 0) {
                found();
                cursor.passed();
            }
            search = null;
        }
        return call;
    }

    private boolean isDue() {
        if (search == null && polled && cursor.settled() && System.nanoTime() - checked >= PAUSE_NANOS) {
            checked = System.nanoTime();
            search = new HeadSearch(cursor.last());
            return true;
        }
        return search != null && !awaits;
    }

    /** Takes the answer; a list that does not say it is followed all the same. */
    void read(Call call) {
        long head = 0;
        try {
            head = call.status() == 200 ? Math.max(0, list.head(call)) : 0;
        } catch (CallFailedException e) {
            LOG.debug("{}: {}", list.service(), e.getMessage());
        }
        awaits = false;
        search.answered(head);
        if (search.isOver()) {
            found();
            search = null;
        }
    }

    private void found() {
        cursor.check(search.head());
        pages.checked(list.service(), organisation, search.head());
    }
}

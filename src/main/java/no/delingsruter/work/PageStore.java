package no.delingsruter.work;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import no.delingsruter.model.Account;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.PageCommitter;
import no.delingsruter.store.Store;

/** Where an event list's pages go, and how far it has been read. Failures are {@link no.delingsruter.store.StoreException}s. */
public final class PageStore {
    private final Store store;
    private final PageCommitter committer;
    private final Consumer<Page> keepWatched;
    private final PageNotifier notifier;
    private final Statistics statistics;
    /** Routes and rules that have left out events. */
    private final Set<String> leavingOut = ConcurrentHashMap.newKeySet();

    /** @param keepWatched leaves out of a page what nobody follows */
    public PageStore(
            Store store,
            PageCommitter committer,
            Consumer<Page> keepWatched,
            PageNotifier notifier,
            Statistics statistics) {
        this.store = store;
        this.committer = committer;
        this.keepWatched = keepWatched;
        this.notifier = notifier;
        this.statistics = statistics;
    }

    /** Of the lease under which this instance reads the list now; see {@link Page#epoch()}. */
    public long epoch(String service, String organisation) {
        return store.epoch(service, organisation);
    }

    /** The last sekvensnummer that was passed; empty when nothing was read yet. */
    public OptionalLong checkpoint(String service, String organisation) {
        OptionalLong checkpoint = store.checkpoint(service, organisation);
        statistics.of(service, organisation).position = checkpoint.orElse(0);
        return checkpoint;
    }

    /** What the list's reader noted of the events that were read, with the last page; null for nothing. */
    public String seen(String service, String organisation) {
        return store.positions().seen(service, organisation);
    }

    /**
     * The list was asked how far it goes.
     *
     * @param head a number that it goes to or beyond, 0 when that is not known
     */
    public void checked(String service, String organisation, long head) {
        Statistics.Counts counts = statistics.of(service, organisation);
        counts.head = head;
        counts.checkedAt = Instant.now();
    }

    /** Parked events that are to pass the route's steps again, the oldest first. */
    public List<Page.Replay> replays(String service, String organisation) {
        return committer.requested(service, organisation);
    }

    /** Whether there may be more replays than came with the page. */
    public boolean moreReplays(Page page) {
        return page.replays().size() == PageCommitter.MOST;
    }

    /** Leaves out of a page what nobody follows. */
    public void keepWatched(Page page) {
        keepWatched.accept(page);
    }

    /** The list holds nothing new. */
    public void nothingNew(String service, String organisation) {
        statistics.of(service, organisation).polled = System.nanoTime();
        notifier.arrived(service, organisation, List.of(), false);
    }

    /**
     * Stores what the page asked for and moves the checkpoint, both or neither.
     *
     * @param full another page follows at once
     * @return false, with nothing stored, when somebody else has moved the checkpoint, or replayed or discarded one of the events
     */
    public boolean commit(Page page, boolean full) {
        keepWatched.accept(page);
        if (!committer.commit(page)) {
            return false;
        }
        Statistics.Counts counts = statistics.of(page.service(), page.organisation());
        counts.polled = System.nanoTime();
        counts.position = page.last();
        counts.eventsRead.add(page.size());
        counts.parked.add(page.parked().size());
        page.accounts().forEach((account, amount) -> {
            if (account.startsWith(Account.LEFT_OUT) && amount > 0) {
                String by = account.substring(Account.LEFT_OUT.length());
                counts.leftOut(by, amount);
                leavingOut.add(by);
            }
        });
        if (!page.lookups().isEmpty()) {
            leavingOut.forEach(counts::cameThrough);
        }
        notifier.arrived(page.service(), page.organisation(), page.keys(), full);
        return true;
    }
}

package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.support.SteadyClock;

/** Which lookups of a lane are due, by the store, and when to read again. Keeps nothing, and needs no monitor. */
record DueLookups(PendingLookups shared, String service, String organisation, String lookup) {
    /**
     * What has been read.
     *
     * @param due   what events ask for
     * @param later what operations ask for
     * @param next  when there will be something to read after that
     * @param all   whether nothing else is due
     */
    record Read(List<PendingLookup> due, List<PendingLookup> later, Instant next, boolean all) {}

    /**
     * @param limit          so many at most
     * @param enoughForLater whether what operations ask for need not be read
     * @throws no.delingsruter.store.StoreException when the store cannot be read
     */
    Read read(int limit, boolean enoughForLater) {
        Instant now = shared.store().dueRows().now();
        List<PendingLookup> due = shared.store().dueRows().due(service, organisation, lookup, now, limit);
        // An event must not wait while much that can wait is read
        List<PendingLookup> later =
                due.size() < limit && !enoughForLater && shared.later().isAsked(service, organisation, lookup)
                        ? shared.store().dueRows().dueLater(service, organisation, lookup, now, limit - due.size())
                        : new ArrayList<>();
        boolean all = !enoughForLater && due.size() + later.size() < limit;
        return new Read(due, later, all ? next(now) : Instant.MIN, all);
    }

    /**
     * When to read again after everything that is due has been read.
     *
     * @param now by the store's clock, not by this machine's as what is answered
     */
    private Instant next(Instant now) {
        Instant next = shared.store().dueRows().nextDue(service, organisation, lookup, now);
        Duration idle = idle();
        return SteadyClock.now()
                .plus(next == null ? idle : Collections.min(List.of(Duration.between(now, next), idle)));
    }

    /** Without news, the store is asked this often: another process may have written to it. Many lanes must not ask all the time. */
    private Duration idle() {
        return Duration.ofMillis(
                Math.max(2000, 20L * shared.organisations().apply(service).size()));
    }
}

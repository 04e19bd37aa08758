package no.delingsruter.work;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import no.delingsruter.model.LookupKey;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.Store;
import no.delingsruter.store.answers.ResponseJournal;
import org.jspecify.annotations.Nullable;

/**
 * What all {@code pending-lookup} endpoints share.
 *
 * @param transactions   around each exchange: begun when its first statement runs, so that no connection waits for an HTTP call
 * @param organisations  acted for, by service
 * @param lookups        which of a service's lookups run, by service; empty: all
 * @param pause          of a service that is refused for all, by service
 * @param tries          before a lookup that is refused for its key is parked
 * @param busyTries      before a lookup that fails while others succeed is parked
 * @param wanted         whether a pending lookup still is: its key may have been taken off the watch list
 * @param answers        that are not delivered yet
 * @param leases         under which lookups may be made
 * @param results        writes those that may be written together with others, each with its pending lookup; null when none may
 * @param states         that an operator has put services into
 * @param later          what operations ask for
 * @param workers        exchanges at once per lookup and organisation
 */
public record PendingLookups(
        Store store,
        Transactions transactions,
        @Nullable ResultGroup results,
        Function<String, List<String>> organisations,
        Function<String, Set<String>> lookups,
        Function<String, Duration> pause,
        int tries,
        int busyTries,
        int workers,
        Backoff backoff,
        Statistics statistics,
        Alerts alerts,
        PageNotifier arrivals,
        Predicate<LookupKey> wanted,
        ResponseJournal answers,
        Leases leases,
        LaneStates states,
        LaterWork later) {

    /** Whether the configuration asks for this lookup of the service. */
    public boolean runs(String service, String lookup) {
        Set<String> chosen = lookups.apply(service);
        return chosen.isEmpty() || chosen.contains(lookup);
    }

    /** Returns when the rows that have been read are on disk, so that a kept answer is found again for them. */
    public void awaitRows() {
        answers.awaitRows();
    }
}

package no.delingsruter.camel;

import java.time.Duration;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Amounts;
import no.delingsruter.support.SteadyClock;
import no.delingsruter.work.Backoff;

/** What is said of a list that could not be read, and when it is read again. Used by one thread at a time. */
final class ListFailures {
    private final String list;
    private final Duration interval;
    private final Alerts alerts;
    private final Backoff backoff;
    private int failures;
    private boolean storeAway;

    /** @param list for alerts */
    ListFailures(String list, Duration interval, Alerts alerts) {
        this.list = list;
        this.interval = interval;
        this.alerts = alerts;
        this.backoff =
                new Backoff(Duration.ofSeconds(1).compareTo(interval) < 0 ? Duration.ofSeconds(1) : interval, interval);
    }

    /** The list was read. */
    void end() {
        failures = 0;
        alerts.ends(list);
        if (storeAway) {
            storeAway = false;
            alerts.ends(Alerts.STORE);
        }
    }

    /** @return the pause until the list is read again */
    Duration failed(Throwable failure) {
        failures++;
        if (failure instanceof StoreException store && store.outOfReach()) {
            storeAway = true;
            alerts.begins(Alerts.STORE, store.getMessage());
            return backoff.after(failures);
        }
        if (!(failure instanceof CallFailedException call)) {
            boolean store = failure instanceof StoreException;
            alerts.begins(
                    list,
                    store ? failure.getMessage() : "reading failed: " + Logging.cause(failure) + "; tried again",
                    store ? Severity.STANDSTILL : Severity.SLOWER);
            return backoff.after(failures);
        }
        if (call.kind() == CallFailedException.Kind.NOT_NOW) {
            Duration until = call.notBefore() == null ? backoff.first() : SteadyClock.until(call.notBefore());
            return until.compareTo(Duration.ofMillis(20)) < 0 ? Duration.ofMillis(20) : until;
        }
        boolean forAll = call.kind() == CallFailedException.Kind.REFUSED_FOR_ALL;
        if (forAll || failures > 1) {
            alerts.begins(
                    list,
                    call.getMessage() + "; tried again" + (forAll ? " every " + Amounts.time(interval) : ""),
                    forAll ? Severity.STANDSTILL : Severity.SLOWER);
        }
        return forAll ? interval : backoff.after(failures);
    }
}

package no.delingsruter.work;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.ProcessEnd;

/** Pieces of work of one thread that are tried again and again: what keeps failing is said, and stops no other. */
final class Failures {
    /** What fails less often may have met an event of its key. */
    private static final int MANY = 3;

    private final Alerts alerts;
    private final Map<String, Integer> inARow = new HashMap<>();

    Failures(Alerts alerts) {
        this.alerts = alerts;
    }

    /** @throws StoreException when the store is out of reach: nobody else could do better */
    void alone(String what, Runnable work) {
        try {
            work.run();
            if (inARow.remove(what) != null) {
                alerts.ends(what);
            }
        } catch (StoreException e) {
            if (e.outOfReach()) {
                throw e;
            }
            failed(what, e.getMessage());
        } catch (RuntimeException | Error e) {
            ProcessEnd.ifFatal(e);
            failed(what, Logging.cause(e));
        }
    }

    private void failed(String what, String cause) {
        if (inARow.merge(what, 1, Integer::sum) >= MANY) {
            alerts.begins(what, "cannot go on, tried again: " + cause);
        }
    }

    /** @param going what is still to be done; of all else nothing is wrong any more */
    void forget(Set<String> going) {
        inARow.keySet().removeIf(what -> {
            if (going.contains(what)) {
                return false;
            }
            alerts.ends(what, "is over");
            return true;
        });
    }
}

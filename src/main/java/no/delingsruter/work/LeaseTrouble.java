package no.delingsruter.work;

import java.util.HashSet;
import java.util.Set;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.StoreException;

/** That the leases cannot be kept is one trouble, whatever finds it; it is over when all of them get on. */
final class LeaseTrouble {
    private static final String ALERT = "Leases";

    private final Alerts alerts;
    private final Set<Object> failing = new HashSet<>();
    private boolean storeAway;

    LeaseTrouble(Alerts alerts) {
        this.alerts = alerts;
    }

    synchronized void failed(Object which, StoreException e) {
        failing.add(which);
        if (e.outOfReach()) {
            storeAway = true;
            alerts.begins(Alerts.STORE, e.getMessage());
        } else {
            alerts.begins(ALERT, e.getMessage() + "; what is not renewed in time is handed to another instance");
        }
    }

    synchronized void worked(Object which) {
        failing.remove(which);
        if (failing.isEmpty()) {
            alerts.ends(ALERT);
            if (storeAway) {
                storeAway = false;
                alerts.ends(Alerts.STORE);
            }
        }
    }
}

package no.delingsruter.work;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.Operation;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operations take their time for: by a thread of its own, not by the one that carries out pauses, and never twice at once. */
final class Aside {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    private final Alerts alerts;
    private final Set<Object> underWay = ConcurrentHashMap.newKeySet();

    Aside(Alerts alerts) {
        this.alerts = alerts;
    }

    /**
     * Does it, unless it is under way already. What fails is said, and done again when the operation comes to it again.
     *
     * @param what equal for what must not be done twice at once
     */
    void run(Operation operation, Object what, Runnable work) {
        if (!underWay.add(what)) {
            return;
        }
        String name = "Work of operation " + operation.id();
        Daemons.start("operation-" + operation.kind(), () -> {
            try {
                work.run();
                alerts.ends(name);
            } catch (StoreException e) {
                // Those whose work it stops say so
                LOG.debug("Operation {}: {}", operation.id(), e.getMessage());
            } catch (RuntimeException | Error e) {
                ProcessEnd.ifFatal(e);
                alerts.begins(name, "cannot be carried out, tried again: " + Logging.cause(e));
            } finally {
                underWay.remove(what);
            }
        });
    }
}

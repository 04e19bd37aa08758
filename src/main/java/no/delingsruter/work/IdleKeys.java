package no.delingsruter.work;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.store.OperationKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys of operations that nothing sees to, for what they are of does not run here any more. What runs is the same until the next start. */
final class IdleKeys {
    private static final Logger LOG = LoggerFactory.getLogger(IdleKeys.class);

    private final OperationKeys keys;
    private final Lanes lanes;
    private final Set<Long> looked = ConcurrentHashMap.newKeySet();

    IdleKeys(OperationKeys keys, Lanes lanes) {
        this.keys = keys;
        this.lanes = lanes;
    }

    /** Once since the start, for one that has been planned. */
    void say(Operation operation) {
        if (looked.contains(operation.id())) {
            return;
        }
        Map<String, String> said = new HashMap<>();
        Map<Scope, Integer> idle = keys.plans().outside(operation.id(), lanes.all());
        looked.add(operation.id());
        if (Refetch.note(said, Refetch.NOT_RUNNING, idle) > 0) {
            LOG.warn(
                    "Operation {} waits here for {}, which does not run; it goes on when that is back in services, and `operations cancel --id {}` ends it",
                    operation.id(),
                    said.get(Refetch.NOT_RUNNING),
                    operation.id());
        }
    }
}

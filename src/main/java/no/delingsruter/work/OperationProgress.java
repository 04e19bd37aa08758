package no.delingsruter.work;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import no.delingsruter.model.Operation;

/** How long what operators have asked for has not got on, as this instance sees it since its start. */
public final class OperationProgress {
    private final LongSupplier nanos;
    private Map<Long, Seen> seen = Map.of();

    private record Seen(Operation how, long since) {}

    public OperationProgress() {
        this(System::nanoTime);
    }

    OperationProgress(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param going all that should get on now, as they are */
    synchronized void look(List<Operation> going) {
        Map<Long, Seen> now = new HashMap<>();
        for (Operation operation : going) {
            Seen before = seen.get(operation.id());
            now.put(
                    operation.id(),
                    before != null && before.how.equals(operation) ? before : new Seen(operation, nanos.getAsLong()));
        }
        seen = now;
    }

    /** Of the one that has stood still for longest; 0 when all get on. */
    public synchronized double seconds() {
        long now = nanos.getAsLong();
        return seen.values().stream()
                .mapToDouble(one -> (now - one.since) / 1e9)
                .max()
                .orElse(0);
    }
}

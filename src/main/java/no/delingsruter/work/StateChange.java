package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.OperationTable.RefusedException;
import org.jspecify.annotations.Nullable;

/** Pauses, resumes, drains, stops and starts services. */
public final class StateChange implements OperationKind.AtOnce {
    private static final Map<String, LaneState> STATES = Map.of(
            "pause", LaneState.PAUSED,
            "resume", LaneState.RUNNING,
            "drain", LaneState.DRAINING,
            "stop", LaneState.STOPPED,
            "start", LaneState.RUNNING);

    private final LaneStateTable table;
    private final Lanes lanes;
    private final InstantSource clock;

    public StateChange(LaneStateTable table, Lanes lanes) {
        this(table, lanes, InstantSource.system());
    }

    StateChange(LaneStateTable table, Lanes lanes, InstantSource clock) {
        this.table = table;
        this.lanes = lanes;
        this.clock = clock;
    }

    @Override
    public Set<String> names() {
        return STATES.keySet();
    }

    @Override
    public void check(Operation operation) {
        lanes.in(operation.scope());
        if (state(operation) == LaneState.DRAINING
                && !operation.scope().lookup().isEmpty()) {
            throw new RefusedException("A service is drained with all its lookups; pause or stop one lookup.");
        }
        window(operation);
    }

    @Override
    public String apply(Operation operation) {
        check(operation);
        PlannedWindow window = window(operation);
        table.put(new Directive(
                operation.scope(),
                state(operation),
                operation.id(),
                clock.instant(),
                window == null ? null : window.begins(),
                window == null ? null : window.ends(),
                operation.by(),
                operation.reason()));
        return state(operation) + ": " + operation.scope() + (window == null ? "" : ", " + window);
    }

    /** What was draining has nothing pending any more. */
    void drained(Scope list, Directive drain) {
        table.put(new Directive(
                list,
                LaneState.STOPPED,
                drain.operation(),
                clock.instant(),
                null,
                null,
                drain.by(),
                "drained" + (drain.reason() == null ? "" : "; " + drain.reason())));
    }

    private static LaneState state(Operation operation) {
        return Objects.requireNonNull(STATES.get(operation.kind()));
    }

    private @Nullable PlannedWindow window(Operation operation) {
        String from = operation.argument("from");
        String to = operation.argument("to");
        if (from == null && to == null) {
            return null;
        }
        if (from == null || to == null || state(operation) != LaneState.PAUSED) {
            throw new RefusedException("A planned window is a pause with both --from and --to.");
        }
        Instant asked = operation.at() == null ? clock.instant() : operation.at();
        PlannedWindow window = PlannedWindow.of(from, to, asked, ZoneId.systemDefault());
        if (!window.ends().isAfter(clock.instant())) {
            throw new RefusedException("The window is over already.");
        }
        if (Duration.between(window.begins(), window.ends()).isNegative()) {
            throw new RefusedException("The window ends before it begins.");
        }
        return window;
    }
}

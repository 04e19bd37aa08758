package no.delingsruter.work;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running job's part in what operators ask for: looks several times a second for what is new, keeps the states that are in force,
 * carries out what nobody has, and ends what has been drained.
 */
public final class OperationKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationKeeper.class);
    private static final String NAME = "Operations";
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Operations operations;
    private final LaneStates states;
    private final StateChange changes;
    private final Lanes lanes;
    private final Store store;
    private final Leases leases;
    private final Alerts alerts;
    private final Failures drains;
    private final Activity activity;
    private final Semaphore bell = new Semaphore(0);
    private volatile boolean closed;

    public OperationKeeper(
            Operations operations,
            LaneStates states,
            StateChange changes,
            Lanes lanes,
            Store store,
            Leases leases,
            Alerts alerts) {
        this.operations = operations;
        this.states = states;
        this.changes = changes;
        this.lanes = lanes;
        this.store = store;
        this.leases = leases;
        this.alerts = alerts;
        this.drains = new Failures(alerts);
        this.activity = alerts.watch(NAME, this::start);
    }

    public void start() {
        Daemons.start("operations", this::keep);
    }

    /** There is something new: it is seen to at once. */
    public void wake() {
        bell.release();
    }

    private void keep() {
        try {
            while (!closed) {
                Activity.Piece piece = activity.begins();
                try {
                    round();
                    alerts.ends(NAME);
                } catch (StoreException e) {
                    // Those whose work it stops say so
                    LOG.debug("Operations: {}", e.getMessage());
                } catch (RuntimeException | Error e) {
                    ProcessEnd.ifFatal(e);
                    alerts.begins(NAME, "cannot be carried out, tried again: " + Logging.cause(e));
                } finally {
                    piece.ends();
                }
                rest();
            }
        } finally {
            if (!closed) {
                activity.gone();
            }
        }
    }

    private void rest() {
        try {
            if (bell.tryAcquire(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void round() {
        states.refresh();
        operations.round(this::works);
        states.refresh();
        Set<String> draining = new HashSet<>();
        for (Scope list : lanes.lists(Scope.ALL)) {
            states.directive(list.service(), list.organisation(), "")
                    .filter(directive -> directive.state() == LaneState.DRAINING)
                    .ifPresent(directive -> {
                        String what = "Drain of " + list;
                        draining.add(what);
                        drains.alone(what, () -> drain(list, directive));
                    });
        }
        drains.forget(draining);
    }

    private boolean works(Scope scope) {
        return lanes.all().stream()
                .filter(scope::covers)
                .anyMatch(lane -> states.of(lane.service(), lane.organisation(), lane.lookup())
                        .looksUp());
    }

    /** Whoever works on it knows when nothing is left of it. */
    private void drain(Scope list, Directive directive) {
        if (leases.of(list.service(), list.organisation()).held() == Lease.NONE
                || states.isReading(list.service(), list.organisation())) {
            return;
        }
        boolean pending = lanes.in(list).stream()
                .anyMatch(lane -> store.dueRows().nextDue(lane.service(), lane.organisation(), lane.lookup()) != null);
        if (!pending) {
            changes.drained(list, directive);
            states.refresh();
        }
    }

    @Override
    public void close() {
        closed = true;
        activity.rests();
        wake();
    }
}

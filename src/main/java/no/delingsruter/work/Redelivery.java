package no.delingsruter.work;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.HeldResult;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.HeldResults;
import no.delingsruter.store.OperationKeys;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;
import no.delingsruter.store.StoreException;

/** Delivers again what is held, without a call: each result at least once, with the idempotency key that it had. */
public final class Redelivery implements OperationKind.Stepwise {
    /** The argument: one of the endpoints; else all. */
    public static final String ENDPOINT = "endpoint";

    private static final int AT_ONCE = 100;

    private final OperationTable table;
    private final OperationKeys keys;
    private final HeldResults results;
    private final Lanes lanes;
    private final IdleKeys idle;
    private final Leases leases;
    private final List<String> endpoints;
    private final Alerts alerts;
    private final Transactions transactions;
    private final Aside aside;
    private volatile Receivers receivers = (result, endpoint) -> {
        throw new RefusedException("No job runs.");
    };

    /** Takes what is delivered. */
    public interface Receivers {
        /** @param endpoint empty for all @throws Exception when it was not taken */
        void deliver(HeldResult result, String endpoint) throws Exception;
    }

    /** @param endpoints that results are delivered to */
    public Redelivery(
            OperationTable table,
            OperationKeys keys,
            HeldResults results,
            Lanes lanes,
            Leases leases,
            List<String> endpoints,
            Alerts alerts,
            Transactions transactions) {
        this.table = table;
        this.keys = keys;
        this.results = results;
        this.lanes = lanes;
        this.idle = new IdleKeys(keys, lanes);
        this.leases = leases;
        this.endpoints = List.copyOf(endpoints);
        this.alerts = alerts;
        this.transactions = transactions;
        this.aside = new Aside(alerts);
    }

    /** The job's receivers are there. */
    public void to(Receivers there) {
        receivers = there;
    }

    @Override
    public Set<String> names() {
        return Set.of("deliver-again");
    }

    @Override
    public void check(Operation operation) {
        lanes.in(operation.scope());
        String endpoint = operation.argument(ENDPOINT);
        if (endpoint != null && !endpoints.contains(endpoint)) {
            throw new RefusedException("--endpoint: results are not delivered there. There are " + endpoints.size()
                    + " endpoints in delivery.endpoints; give one as it stands there.");
        }
        if (!results.areHere()) {
            throw new RefusedException(
                    "What is held stands in database.url, not in the store; it is delivered again from there by your own means.");
        }
    }

    @Override
    public void step(Operation operation) {
        lanes.in(operation.scope());
        aside.run(operation, operation.id(), () -> {
            boolean more = true;
            while (more) {
                more = table.find(operation.id()).map(this::deliver).orElse(false);
            }
        });
    }

    /** @return whether there may be more at once */
    private boolean deliver(Operation operation) {
        if (operation.state().over()) {
            return false;
        }
        if (operation.total() == null) {
            plan(operation);
            return true;
        }
        idle.say(operation);
        if (operation.state() == State.CANCELLING) {
            keys.forgetWaiting(operation.id());
        }
        String endpoint = operation.argument(ENDPOINT);
        List<Long> delivered = new ArrayList<>();
        if (operation.state() == State.RUNNING) {
            for (Scope lane : lanes.in(operation.scope())) {
                if (leases.of(lane.service(), lane.organisation()).held() != Lease.NONE) {
                    deliver(operation, lane, endpoint == null ? "" : endpoint, delivered);
                }
            }
        }
        transactions.run(() -> {
            String state = keys.lock(operation.id());
            if (state != null && !State.valueOf(state).over()) {
                keys.delivered(operation.id(), delivered);
                table.find(operation.id()).ifPresent(now -> count(now, delivered.size()));
            }
            return null;
        });
        return !delivered.isEmpty();
    }

    private void count(Operation operation, long delivered) {
        long done = operation.done() + delivered;
        table.progress(operation.id(), operation.total(), done, operation.arguments());
        if (!keys.any(operation.id())) {
            table.end(
                    operation.id(),
                    operation.state() == State.CANCELLING ? State.CANCELLED : State.DONE,
                    String.format(Locale.ROOT, "%,d of %,d results delivered again", done, operation.total())
                            + Refetch.leftOut(operation.arguments()));
            alerts.ends(name(operation));
        }
    }

    private void plan(Operation operation) {
        transactions.run(() -> {
            keys.lock(operation.id());
            if (table.find(operation.id()).map(Operation::total).isPresent()) {
                return null;
            }
            Map<String, String> arguments = new LinkedHashMap<>(operation.arguments());
            long all = keys.plans().results(operation.id(), operation.scope());
            long total = all
                    - Refetch.note(
                            arguments,
                            Refetch.NOT_RUNNING,
                            keys.plans().leaveOutBut(operation.id(), lanes.in(operation.scope())));
            table.progress(operation.id(), total, 0, arguments);
            table.say(
                    operation.id(),
                    String.format(Locale.ROOT, "%,d results to be delivered again", total)
                            + Refetch.leftOut(arguments));
            return null;
        });
    }

    private void deliver(Operation operation, Scope lane, String endpoint, List<Long> delivered) {
        String what = name(operation);
        for (Map.Entry<Long, LookupKey> next :
                results.next(operation.id(), lane, AT_ONCE).entrySet()) {
            try {
                deliverNewest(next.getValue(), endpoint);
                delivered.add(next.getKey());
                alerts.ends(what);
            } catch (StoreException e) {
                throw e;
            } catch (Exception e) {
                alerts.begins(what, "a result was not taken; tried again: " + Logging.cause(e));
                return;
            }
        }
    }

    /** The lane may deliver a newer result meanwhile: what is sent last is the newest (I4). */
    private void deliverNewest(LookupKey key, String endpoint) throws Exception {
        int sent = 0;
        for (HeldResult now = results.of(key).orElse(null);
                now != null && now.version() != sent;
                now = results.of(key).orElse(null)) {
            receivers.deliver(now, endpoint);
            sent = now.version();
        }
    }

    private static String name(Operation operation) {
        return "Delivering again by operation " + operation.id();
    }
}

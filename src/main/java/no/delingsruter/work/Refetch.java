package no.delingsruter.work;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.OperationKeys;
import no.delingsruter.store.OperationKeys.End;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;

/**
 * Looks up again what is held, or what a file names. Its keys are planned first, and made pending a few at a time, behind all that events
 * ask for: an event waits for a call that is open, and for nothing else of it. A lookup finds what is true now.
 */
public final class Refetch implements OperationKind.Stepwise {
    /** The argument: which of what is held. */
    public static final String OUTCOME = "outcome";
    /** The argument: those parked with it. */
    public static final String KODE = "kode";
    /** The argument: all that is held. */
    public static final String HELD = "held";
    /** The argument: how many keys were planned when it was asked for, by name. */
    public static final String KEYS = "keys";
    /** The argument: only say what it would take. */
    public static final String PLAN = "plan";

    private static final int FEW = 20;
    private static final int MOST = 1000;
    private static final String LOOKED_UP = "lookedUp";
    private static final String JOINED = "joined";
    private static final String LEFT_OUT = "leftOut";
    static final String NOT_RUNNING = "notRunning";

    private final OperationTable table;
    private final OperationKeys keys;
    private final Lanes lanes;
    private final IdleKeys idle;
    private final LaneStates states;
    private final Leases leases;
    private final PageNotifier arrivals;
    private final Statistics statistics;
    private final Transactions transactions;
    private final int slots;
    private final Map<Scope, Integer> windows = new ConcurrentHashMap<>();

    /** @param slots calls at once for an organisation */
    public Refetch(
            OperationTable table,
            OperationKeys keys,
            Lanes lanes,
            LaneStates states,
            Leases leases,
            PageNotifier arrivals,
            Statistics statistics,
            Transactions transactions,
            int slots) {
        this.table = table;
        this.keys = keys;
        this.lanes = lanes;
        this.idle = new IdleKeys(keys, lanes);
        this.states = states;
        this.leases = leases;
        this.arrivals = arrivals;
        this.statistics = statistics;
        this.transactions = transactions;
        this.slots = slots;
    }

    @Override
    public Set<String> names() {
        return Set.of("refetch");
    }

    @Override
    public void check(Operation operation) {
        lanes.in(operation.scope());
        long ways = List.of(OUTCOME, KODE, HELD, KEYS).stream()
                .filter(way -> operation.argument(way) != null)
                .count();
        if (ways != 1) {
            throw new RefusedException(
                    "Say what to look up again, in one way: what is held, an outcome, a kode, or keys.");
        }
        String outcome = operation.argument(OUTCOME);
        if (outcome != null && !outcome.matches("found|none|deleted|shielded")) {
            throw new RefusedException("An outcome is found, none, deleted or shielded.");
        }
    }

    @Override
    public void step(Operation operation) {
        step(operation, true);
    }

    /** @param complete whether no more keys can come */
    void step(Operation operation, boolean complete) {
        lanes.in(operation.scope());
        transactions.run(() -> {
            String state = keys.lock(operation.id());
            if (state != null && !State.valueOf(state).over()) {
                table.find(operation.id()).ifPresent(now -> goOn(now, complete));
            }
            return null;
        });
    }

    private void goOn(Operation operation, boolean complete) {
        if (operation.total() == null) {
            if (operation.state() == State.CANCELLING) {
                table.end(operation.id(), State.CANCELLED, "Cancelled before it was planned.");
            } else {
                plan(operation);
            }
            return;
        }
        if (operation.result() == null) {
            planned(operation, operation.total());
            return;
        }
        idle.say(operation);
        hurry(operation);
        Map<String, String> arguments = new LinkedHashMap<>(operation.arguments());
        long done = operation.done() + settle(operation, arguments);
        if (operation.state() == State.CANCELLING) {
            keys.forgetWaiting(operation.id());
            keys.withdraw(operation.id(), lane -> !lanes.all().contains(lane));
        } else if (operation.state() == State.RUNNING) {
            feed(operation, arguments);
        }
        table.progress(operation.id(), operation.total(), done, arguments);
        if (complete && !keys.any(operation.id())) {
            boolean cancelled = operation.state() == State.CANCELLING;
            table.end(operation.id(), cancelled ? State.CANCELLED : State.DONE, report(operation, arguments));
        }
    }

    private void plan(Operation operation) {
        String outcome = operation.argument(OUTCOME);
        String kode = operation.argument(KODE);
        long total = kode == null
                ? keys.plans().held(operation.id(), operation.scope(), outcome)
                : keys.plans().parked(operation.id(), operation.scope(), kode);
        planned(operation, total);
    }

    private void planned(Operation operation, long all) {
        Map<String, String> arguments = new LinkedHashMap<>(operation.arguments());
        long total = all - leaveOut(operation, arguments);
        table.progress(operation.id(), total, 0, arguments);
        String estimate = estimate(operation.scope(), total) + leftOut(arguments);
        if (operation.argument(PLAN) != null) {
            keys.forgetWaiting(operation.id());
            table.end(operation.id(), State.DONE, "Planned, and nothing made: " + estimate);
        } else {
            table.say(operation.id(), estimate);
        }
    }

    /** A lookup that needs the event cannot be asked for by its key: it would end parked. What does not run would not end at all. */
    private long leaveOut(Operation operation, Map<String, String> arguments) {
        Map<Scope, Integer> idle = keys.plans().leaveOutBut(operation.id(), lanes.in(operation.scope()));
        Map<Scope, Integer> withoutEvent = new LinkedHashMap<>();
        for (Scope lane : lanes.in(operation.scope())) {
            if (lanes.needingEvent().contains(lane)) {
                withoutEvent.put(lane, keys.plans().leaveOutWithoutEvent(operation.id(), lane));
            }
        }
        return note(arguments, NOT_RUNNING, idle) + note(arguments, LEFT_OUT, withoutEvent);
    }

    /** @return how many there are */
    static long note(Map<String, String> arguments, String name, Map<Scope, Integer> left) {
        Map<String, Integer> amounts = new TreeMap<>();
        left.forEach((lane, amount) -> amounts.merge(lane.service() + "/" + lane.lookup(), amount, Integer::sum));
        amounts.values().removeIf(amount -> amount == 0);
        if (!amounts.isEmpty()) {
            arguments.put(
                    name,
                    amounts.entrySet().stream()
                            .map(one -> one.getValue() + " of " + one.getKey())
                            .collect(Collectors.joining(", ")));
        }
        return amounts.values().stream().mapToLong(Integer::longValue).sum();
    }

    static String leftOut(Map<String, String> arguments) {
        String idle = arguments.get(NOT_RUNNING);
        String withoutEvent = arguments.get(LEFT_OUT);
        return (idle == null ? "" : "; left out: " + idle + ", which does not run")
                + (withoutEvent == null
                        ? ""
                        : "; left out: " + withoutEvent
                                + ", whose lookups need the event itself: `backfill` reads their events again");
    }

    /** What it takes, by what calls have taken since the start. */
    String estimate(Scope scope, long total) {
        long calls = 0;
        long nanos = 0;
        for (Scope list : lanes.lists(scope)) {
            Statistics.Counts counts = statistics.of(list.service(), list.organisation());
            calls += counts.lookups.sum();
            nanos += counts.lookupNanos.sum();
        }
        String lookups = String.format(Locale.ROOT, "%,d lookups", total);
        if (calls == 0) {
            return lookups + ", how long is unknown: none has been made since the start";
        }
        long each = nanos / calls;
        Duration time = Duration.ofNanos(each * total / slots);
        return String.format(
                Locale.ROOT,
                "%s, %d h %d min %d s at %d slots and %d ms each, and longer while events come in; they find what is true now",
                lookups,
                time.toHours(),
                time.toMinutesPart(),
                time.toSecondsPart(),
                slots,
                each / 1_000_000);
    }

    private long settle(Operation operation, Map<String, String> arguments) {
        Map<End, Integer> ends = keys.settle(operation.id());
        ends.forEach((end, amount) -> add(arguments, end.name().toLowerCase(Locale.ROOT), amount));
        int all = ends.values().stream().mapToInt(Integer::intValue).sum();
        add(arguments, LOOKED_UP, all);
        return all;
    }

    private void hurry(Operation operation) {
        for (Scope lane : lanes.in(operation.scope())) {
            if (leases.of(lane.service(), lane.organisation()).held() != Lease.NONE && keys.hurry(lane)) {
                arrivals.added(lane.service(), lane.organisation());
            }
        }
    }

    private void feed(Operation operation, Map<String, String> arguments) {
        long pending = keys.pending(operation.id());
        for (Scope lane : lanes.in(operation.scope())) {
            if (leases.of(lane.service(), lane.organisation()).held() == Lease.NONE
                    || states.of(lane.service(), lane.organisation(), lane.lookup()) != LaneState.RUNNING) {
                continue;
            }
            // What is done between two looks tells how many to have pending; few, so that a pause is soon one
            int window = windows.merge(lane, FEW, (before, few) -> pending == 0 ? Math.min(MOST, before * 2) : before);
            int room = (int) Math.min(window, window - pending);
            int[] fed = room > 0 ? keys.feed(operation.id(), lane, room) : new int[2];
            add(arguments, JOINED, fed[1]);
            if (fed[0] > 0) {
                arrivals.added(lane.service(), lane.organisation());
            }
        }
    }

    static void add(Map<String, String> arguments, String name, int amount) {
        if (amount > 0) {
            arguments.merge(
                    name,
                    Integer.toString(amount),
                    (before, more) -> Long.toString(Long.parseLong(before) + Long.parseLong(more)));
        }
    }

    private static String report(Operation operation, Map<String, String> arguments) {
        Map<String, String> said = new TreeMap<>(arguments);
        String events = arguments.containsKey("events")
                ? String.format(
                        "%s events read, %s of which a step failed on; ",
                        arguments.get("events"), said.getOrDefault("failedEvents", "0"))
                : "";
        return events
                + String.format(
                        "%s of %s looked up, %s changed, %s unchanged, %s parked; %s of them were pending already",
                        said.getOrDefault(LOOKED_UP, "0"),
                        operation.total(),
                        said.getOrDefault("changed", "0"),
                        said.getOrDefault("unchanged", "0"),
                        said.getOrDefault("parked", "0"),
                        said.getOrDefault(JOINED, "0"))
                + leftOut(arguments);
    }
}

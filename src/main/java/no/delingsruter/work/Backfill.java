package no.delingsruter.work;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.OperationKeys;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;
import no.delingsruter.store.Positions;
import no.delingsruter.work.ListRoutes.ListRoute;

/**
 * Reads a part of an event list again, a page at a time beside its being followed, and looks up what its events ask for, as
 * {@link Refetch} does. The position of the list stays where it is.
 */
public final class Backfill implements OperationKind.Stepwise {
    /** The argument: the first number, a date or first. */
    public static final String FROM = "from";
    /** The argument: the last number, or a date; else the list's position. */
    public static final String TO = "to";

    private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");
    /** So many keys may wait before more of the list is read. */
    private static final long ENOUGH = 20_000;

    private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(5);

    private static final String AT = "readTo ";
    private static final String END = "readUntil ";
    private static final String EVENTS = "events";
    private static final String FAILED = "failedEvents";

    private final Refetch lookups;
    private final OperationTable table;
    private final OperationKeys keys;
    private final Positions positions;
    private final Lanes lanes;
    private final LaneStates states;
    private final Leases leases;
    private final ListRoutes routes;
    private final Transactions transactions;
    private final Aside aside;

    public Backfill(
            Refetch lookups,
            OperationTable table,
            OperationKeys keys,
            Positions positions,
            Lanes lanes,
            LaneStates states,
            Leases leases,
            ListRoutes routes,
            Transactions transactions,
            Alerts alerts) {
        this.lookups = lookups;
        this.table = table;
        this.keys = keys;
        this.positions = positions;
        this.lanes = lanes;
        this.states = states;
        this.leases = leases;
        this.routes = routes;
        this.transactions = transactions;
        this.aside = new Aside(alerts);
    }

    @Override
    public Set<String> names() {
        return Set.of("backfill");
    }

    @Override
    public void check(Operation operation) {
        if (operation.scope().service().isEmpty() || !operation.scope().lookup().isEmpty()) {
            throw new RefusedException("A backfill is of one service's list: give --service, and no --lookup.");
        }
        lanes.in(operation.scope());
        String from = String.valueOf(operation.argument(FROM));
        String to = operation.argument(TO);
        if (!from.matches("first|\\d{1,18}|\\d{4}-\\d{2}-\\d{2}")) {
            throw new RefusedException("--from: give a number, a date such as 2024-01-01, or first.");
        }
        if (to != null && !to.matches("\\d{1,18}|\\d{4}-\\d{2}-\\d{2}")) {
            throw new RefusedException("--to: give a number, or a date such as 2024-01-31.");
        }
    }

    @Override
    public void step(Operation operation) {
        List<Scope> lists = lanes.lists(operation.scope());
        boolean ranges = lists.stream().allMatch(list -> operation.argument(END + list) != null);
        if (operation.state() == State.RUNNING) {
            for (Scope list : lists) {
                boolean mine = leases.of(list.service(), list.organisation()).held() != Lease.NONE
                        && states.of(list.service(), list.organisation(), "") == LaneState.RUNNING;
                if (mine && !isRead(operation, list) && keys.waiting(operation.id()) < ENOUGH) {
                    routes.of(list.service()).ifPresent(route -> begin(operation, list, route));
                }
            }
        }
        boolean read = lists.stream().allMatch(list -> isRead(operation, list));
        if (ranges || operation.state() == State.CANCELLING) {
            lookups.step(operation, read || operation.state() == State.CANCELLING);
        }
    }

    private static boolean isRead(Operation operation, Scope list) {
        String at = operation.argument(AT + list);
        return at != null && at.equals(operation.argument(END + list));
    }

    /** One page of a list at a time. */
    private void begin(Operation operation, Scope list, ListRoute route) {
        aside.run(operation, List.of(operation.id(), list), () -> {
            try {
                if (operation.argument(END + list) == null) {
                    range(operation, list, route);
                } else {
                    page(operation, list, route);
                }
            } catch (CallFailedException e) {
                table.say(operation.id(), "the list is asked again: " + e.getMessage());
                pause();
            } catch (ConfigurationException e) {
                table.end(operation.id(), State.FAILED, String.valueOf(e.getMessage()));
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_FAILURES.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void range(Operation operation, Scope list, ListRoute route) {
        String from = String.valueOf(operation.argument(FROM));
        String to = operation.argument(TO);
        long position = positions.of(list.service(), list.organisation()).orElse(0);
        long first = from.contains("-") || from.equals("first")
                ? route.first(list.organisation(), from)
                : Long.parseLong(from);
        long last = to == null ? position : to.contains("-") ? lastOf(to, list, route, position) : Long.parseLong(to);
        long end = Math.min(last, position);
        change(operation.id(), arguments -> {
            arguments.put(END + list, Long.toString(Math.max(end, first - 1)));
            arguments.put(AT + list, Long.toString(first - 1));
            return 0;
        });
        Operation now = table.find(operation.id()).orElseThrow();
        long numbers = 0;
        for (Scope one : lanes.lists(operation.scope())) {
            if (now.argument(END + one) == null) {
                return;
            }
            numbers += Long.parseLong(String.valueOf(now.argument(END + one)))
                    - Long.parseLong(String.valueOf(now.argument(AT + one)));
        }
        String estimate = String.format(Locale.ROOT, "up to %,d events; at most ", numbers)
                + lookups.estimate(operation.scope(), numbers);
        if (operation.argument(Refetch.PLAN) == null) {
            table.say(operation.id(), estimate);
        } else {
            table.end(operation.id(), State.DONE, "Planned, and nothing made: " + estimate);
        }
    }

    private static long lastOf(String date, Scope list, ListRoute route, long position) {
        LocalDate next = LocalDate.parse(date).plusDays(1);
        return next.isAfter(LocalDate.now(NORWAY)) ? position : route.first(list.organisation(), next.toString()) - 1;
    }

    private void page(Operation operation, Scope list, ListRoute route) {
        long after = Long.parseLong(String.valueOf(operation.argument(AT + list)));
        long to = Long.parseLong(String.valueOf(operation.argument(END + list)));
        route.page(
                list.organisation(),
                new BackfillPage(
                        after,
                        to,
                        (last, events, failed, asked) ->
                                take(operation.id(), list, after, last, events, failed, asked)));
    }

    private void take(
            long id, Scope list, long after, long last, int events, int failed, Collection<PendingLookup> asked) {
        List<PendingLookup> all = new ArrayList<>(asked);
        change(id, arguments -> {
            if (!Long.toString(after).equals(arguments.get(AT + list))) {
                return 0;
            }
            arguments.put(AT + list, Long.toString(last));
            Refetch.add(arguments, EVENTS, events);
            Refetch.add(arguments, FAILED, failed);
            return keys.plans().add(id, all);
        });
    }

    private interface Change {
        /** @return how many keys more there are */
        int of(Map<String, String> arguments);
    }

    private void change(long id, Change change) {
        transactions.run(() -> {
            String state = keys.lock(id);
            if (state != null && State.valueOf(state) == State.RUNNING) {
                table.find(id).ifPresent(now -> {
                    Map<String, String> arguments = new LinkedHashMap<>(now.arguments());
                    long total = now.total() == null ? 0 : now.total();
                    total += change.of(arguments);
                    table.progress(id, total, now.done(), arguments);
                });
            }
            return null;
        });
    }
}

package no.delingsruter.work;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;
import no.delingsruter.store.Positions;
import no.delingsruter.work.ListRoutes.ListRoute;

/**
 * Moves the positions of event lists, of stopped services alone and by compare-and-set on the old value (I3). What was read before is
 * read again, and counted again as read; what is passed over is not read.
 */
public final class PositionChange implements OperationKind.AtOnce, OperationKind.Stepwise {
    /** The argument: a number, a date, first or now. */
    public static final String TO = "to";
    /** The argument: what the position has to be before it is moved. */
    public static final String EXPECT = "expect";
    /** The argument: only say what would be done. */
    public static final String DRY_RUN = "dryRun";

    private final Positions positions;
    private final LaneStates states;
    private final Lanes lanes;
    private final OperationTable table;
    private final ListRoutes routes;
    private final Aside aside;

    /** @param routes by which lists are asked; without any where no job runs */
    public PositionChange(
            Positions positions,
            LaneStates states,
            Lanes lanes,
            OperationTable table,
            ListRoutes routes,
            Alerts alerts) {
        this.positions = positions;
        this.states = states;
        this.lanes = lanes;
        this.table = table;
        this.routes = routes;
        this.aside = new Aside(alerts);
    }

    @Override
    public Set<String> names() {
        return Set.of("position");
    }

    @Override
    public void check(Operation operation) {
        if (operation.scope().service().isEmpty() || !operation.scope().lookup().isEmpty()) {
            throw new RefusedException("A position is that of one service's list: give --service, and no --lookup.");
        }
        String to = operation.argument(TO);
        if (to == null || !to.matches("first|now|\\d{1,18}|\\d{4}-\\d{2}-\\d{2}")) {
            throw new RefusedException("--to: give a number, a date such as 2024-01-01, first or now.");
        }
        String expect = operation.argument(EXPECT);
        if (expect != null && !expect.matches("-1|\\d{1,18}|none")) {
            throw new RefusedException("--expect: give the position as `position show` shows it, or none.");
        }
        List<Scope> lists = lanes.lists(operation.scope());
        if (expect != null && lists.size() > 1) {
            throw new RefusedException("--expect is the position of one list: give --organisation.");
        }
        states.refresh();
        for (Scope list : lists) {
            LaneState state = states.of(list.service(), list.organisation(), "");
            if (state != LaneState.STOPPED && operation.argument(DRY_RUN) == null) {
                throw new RefusedException(
                        list + " is " + state + ": a position is moved while its service is STOPPED. Stop it first.");
            }
        }
    }

    /** What must be asked of the list is the job's to do. */
    @Override
    public boolean now(Operation operation) {
        return !asksList(operation);
    }

    private static boolean asksList(Operation operation) {
        String to = String.valueOf(operation.argument(TO));
        return to.equals("now") || to.contains("-");
    }

    @Override
    public String apply(Operation operation) {
        check(operation);
        String to = String.valueOf(operation.argument(TO));
        Map<Scope, Long> targets = new LinkedHashMap<>();
        lanes.lists(operation.scope())
                .forEach(list -> targets.put(list, to.equals("first") ? beforeFirst(list) : Long.parseLong(to)));
        return move(operation, targets);
    }

    /** Where no job runs, and no list can be asked: before the lowest number of all lists. */
    private long beforeFirst(Scope list) {
        return routes.of(list.service())
                        .map(route -> route.first(list.organisation(), "first"))
                        .orElse(0L)
                - 1;
    }

    @Override
    public void step(Operation operation) {
        List<Scope> lists = lanes.lists(operation.scope());
        if (lists.stream().allMatch(list -> routes.of(list.service()).isPresent())) {
            aside.run(operation, operation.id(), () -> ask(operation, lists));
        }
    }

    private void ask(Operation operation, List<Scope> lists) {
        try {
            Map<Scope, Long> targets = new LinkedHashMap<>();
            for (Scope list : lists) {
                ListRoute route = routes.of(list.service()).orElseThrow();
                targets.put(list, route.first(list.organisation(), String.valueOf(operation.argument(TO))) - 1);
            }
            table.once(operation, State.RUNNING, "", one -> {
                check(one);
                return move(one, targets);
            });
        } catch (CallFailedException | ConfigurationException e) {
            table.once(operation, State.RUNNING, "", one -> {
                throw new RefusedException("The list was not to be asked: " + e.getMessage());
            });
        }
    }

    private String move(Operation operation, Map<Scope, Long> targets) {
        String expect = operation.argument(EXPECT);
        boolean dryRun = operation.argument(DRY_RUN) != null;
        List<String> said = new ArrayList<>();
        targets.forEach((list, to) -> {
            OptionalLong from = positions.of(list.service(), list.organisation());
            String before = from.isPresent() ? Long.toString(from.getAsLong()) : "none";
            if (expect != null && !expect.equals(before)) {
                throw new RefusedException(list + ": the position is " + before + ", not " + expect + ".");
            }
            if (!dryRun && !positions.move(list.service(), list.organisation(), from, to)) {
                throw new RefusedException(list + ": the position has been moved meanwhile.");
            }
            said.add(list + ": " + before + (dryRun ? " would become " : " -> ") + to + " ("
                    + between(from.orElse(0), to) + ")");
        });
        return String.join("; ", said);
    }

    private static String between(long from, long to) {
        String numbers = String.format(Locale.ROOT, "%,d numbers", Math.abs(to - from));
        return to < from
                ? "up to " + numbers + " are read again"
                : to > from ? "up to " + numbers + " are passed over and not read" : "nothing changes";
    }
}

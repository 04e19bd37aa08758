package no.delingsruter.work;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask for, and how it is carried out: the same for a command, the running job, and a row written by SQL (I12). */
public final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final OperationTable table;
    private final List<OperationKind> kinds;
    private final String owner;
    private final LaterWork later;
    private final Failures failures;
    private final OperationProgress progress = new OperationProgress();
    private final Set<Long> waiting = new HashSet<>();

    /** @param owner who carries out what is asked for here */
    public Operations(OperationTable table, List<OperationKind> kinds, String owner, LaterWork later, Alerts alerts) {
        this.failures = new Failures(alerts);
        this.table = table;
        this.kinds = List.copyOf(kinds);
        this.owner = owner;
        this.later = later;
    }

    /** Whether what was asked for gets on. */
    public OperationProgress progress() {
        return progress;
    }

    public OperationTable table() {
        return table;
    }

    /**
     * Puts a wish on record and carries it out, if it needs no more than the store.
     *
     * @return how it is now
     * @throws RefusedException when it cannot be carried out; then nothing is on record
     */
    public Operation ask(Operation wish) {
        kind(wish).check(wish);
        long id = table.add(wish);
        Operation asked = table.find(id).orElseThrow();
        if (kind(asked) instanceof OperationKind.AtOnce atOnce && atOnce.now(asked)) {
            table.once(asked, State.REQUESTED, owner, atOnce::apply);
        }
        return table.find(id).orElseThrow();
    }

    /**
     * Puts a wish on record together with what it is to see to.
     *
     * @param plan writes down what by the operation's id, and answers how much it is
     */
    public Operation ask(Operation wish, ToLongFunction<Long> plan) {
        kind(wish).check(wish);
        long id = table.add(wish, plan);
        return table.find(id).orElseThrow();
    }

    /**
     * Carries out what is asked for, and goes on with what has begun.
     *
     * @param works whether anything is looked up there now
     */
    void round(Predicate<Scope> works) {
        List<Operation> asked = table.in(State.REQUESTED);
        asked.forEach(operation -> alone(operation, () -> first(operation)));
        List<Operation> begun = table.in(State.RUNNING, State.PAUSED, State.CANCELLING);
        later.of(begun.stream().map(Operation::scope).toList());
        progress.look(begun.stream()
                .filter(operation -> operation.state() != State.PAUSED && works.test(operation.scope()))
                .toList());
        for (Operation operation : begun) {
            if (find(operation).orElse(null) instanceof OperationKind.Stepwise stepwise) {
                alone(operation, () -> step(stepwise, operation));
            }
        }
        failures.forget(Stream.concat(asked.stream(), begun.stream())
                .map(Operations::name)
                .collect(Collectors.toSet()));
    }

    /** What one cannot do stops no other. */
    private void alone(Operation operation, Runnable work) {
        failures.alone(name(operation), work);
    }

    private static String name(Operation operation) {
        return "Operation " + operation.id();
    }

    private void first(Operation operation) {
        Optional<OperationKind> kind = find(operation);
        if (kind.isEmpty() || operation.argument(OperationTable.UNREADABLE) != null) {
            table.once(operation, State.REQUESTED, owner, one -> {
                throw new RefusedException(
                        kind.isEmpty()
                                ? unknown()
                                : "Its arguments are not a JSON object such as {\"to\": \"first\"}.");
            });
        } else if (kind.get() instanceof OperationKind.AtOnce atOnce && atOnce.now(operation)) {
            table.once(operation, State.REQUESTED, owner, atOnce::apply);
        } else {
            begin(kind.get(), operation);
        }
    }

    /**
     * What it is about may not run here any more: another instance may run it, or it may be back after the next start. Until then it
     * waits, and can be cancelled.
     */
    private void step(OperationKind.Stepwise kind, Operation operation) {
        try {
            kind.step(operation);
            waiting.remove(operation.id());
        } catch (RefusedException e) {
            if (operation.state() == State.CANCELLING) {
                table.end(operation.id(), State.CANCELLED, "Cancelled: " + e.getMessage());
            } else if (waiting.add(operation.id())) {
                LOG.warn(
                        "Operation {} waits here: {} It goes on when that is back in services, and `operations cancel --id {}` ends it",
                        operation.id(),
                        e.getMessage(),
                        operation.id());
            }
        }
    }

    /** Puts on record what an operator has done by another command. */
    public void record(Operation done, String result) {
        table.end(table.add(done), State.DONE, result);
    }

    private void begin(OperationKind kind, Operation operation) {
        try {
            kind.check(operation);
            table.move(operation.id(), State.REQUESTED, State.RUNNING, owner);
        } catch (RefusedException e) {
            table.once(operation, State.REQUESTED, owner, one -> {
                throw e;
            });
        }
    }

    private OperationKind kind(Operation operation) {
        return find(operation).orElseThrow(() -> new RefusedException(unknown()));
    }

    private Optional<OperationKind> find(Operation operation) {
        return kinds.stream()
                .filter(kind -> kind.names().contains(operation.kind()))
                .findFirst();
    }

    private String unknown() {
        return "There is no such kind; there is "
                + kinds.stream()
                        .flatMap(kind -> kind.names().stream())
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(", "))
                + ".";
    }
}

package no.delingsruter.work;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;

/** What operators ask for, and how it is carried out: the same for a command, the running job, and a row written by SQL (I12). */
public final class Operations {
    private final OperationTable table;
    private final List<OperationKind> kinds;
    private final String owner;
    private final LaterWork later;
    private final OperationProgress progress = new OperationProgress();

    /** @param owner who carries out what is asked for here */
    public Operations(OperationTable table, List<OperationKind> kinds, String owner, LaterWork later) {
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
        for (Operation operation : table.in(State.REQUESTED)) {
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
        List<Operation> begun = table.in(State.RUNNING, State.PAUSED, State.CANCELLING);
        later.of(begun.stream().map(Operation::scope).toList());
        progress.look(begun.stream()
                .filter(operation -> operation.state() != State.PAUSED && works.test(operation.scope()))
                .toList());
        for (Operation operation : begun) {
            if (find(operation).orElse(null) instanceof OperationKind.Stepwise stepwise) {
                step(stepwise, operation);
            }
        }
    }

    /** What it is about may not run any more. */
    private void step(OperationKind.Stepwise kind, Operation operation) {
        try {
            kind.step(operation);
        } catch (RefusedException e) {
            table.end(operation.id(), State.FAILED, String.valueOf(e.getMessage()));
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

package no.delingsruter.work;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.OperationTable.RefusedException;

/** Pauses, resumes and cancels operations that take time. */
public final class OperationControl implements OperationKind.AtOnce {
    /** The argument: which. */
    public static final String ID = "id";

    private static final Map<String, State> TO = Map.of(
            "pause-operation", State.PAUSED, "resume-operation", State.RUNNING, "cancel-operation", State.CANCELLING);

    private final OperationTable table;

    public OperationControl(OperationTable table) {
        this.table = table;
    }

    @Override
    public Set<String> names() {
        return TO.keySet();
    }

    @Override
    public void check(Operation operation) {
        Operation other = other(operation);
        if (other.state().over()) {
            throw new RefusedException("Operation " + other.id() + " is over: " + other.state() + ".");
        }
    }

    @Override
    public String apply(Operation operation) {
        check(operation);
        Operation other = other(operation);
        State to = TO.get(operation.kind());
        boolean begun = other.state() != State.REQUESTED;
        if (!begun && to == State.CANCELLING) {
            table.end(other.id(), State.CANCELLED, "Cancelled before it began.");
        } else if (!begun || !table.move(other.id(), other.state(), to, "")) {
            throw new RefusedException("Operation " + other.id() + " is " + other.state() + "; try again.");
        }
        return "Operation " + other.id() + ": "
                + table.find(other.id()).map(Operation::state).orElseThrow();
    }

    private Operation other(Operation operation) {
        String id = operation.argument(ID);
        Optional<Operation> found =
                id == null || !id.matches("\\d{1,18}") ? Optional.empty() : table.find(Long.parseLong(id));
        return found.orElseThrow(() -> new RefusedException("There is no operation " + id + "."));
    }
}

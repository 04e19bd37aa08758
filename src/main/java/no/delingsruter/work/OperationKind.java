package no.delingsruter.work;

import java.util.Set;
import no.delingsruter.model.Operation;

/** How operations of some kinds are carried out. */
public sealed interface OperationKind {
    /** What they are called. */
    Set<String> names();

    /** Refuses what cannot be carried out. @throws no.delingsruter.store.OperationTable.RefusedException with the reason */
    void check(Operation operation);

    /** One that needs no more than the store, and is done in one transaction. */
    non-sealed interface AtOnce extends OperationKind {
        /** Whether this one does; else it is carried out step by step. */
        default boolean now(Operation operation) {
            return true;
        }

        /** @return what came of it, in one sentence */
        String apply(Operation operation);
    }

    /** One that the running job carries out, step by step. */
    non-sealed interface Stepwise extends OperationKind {
        /** Begun, perhaps by an instance that is gone: goes on with what this instance may do of it. Does not wait. */
        void step(Operation operation);
    }
}

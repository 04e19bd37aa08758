package no.delingsruter.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationProgressTest {
    private final AtomicLong now = new AtomicLong();
    private final OperationProgress progress = new OperationProgress(now::get);

    private static Operation operation(long id, long done) {
        return new Operation(
                id, "refetch", Scope.ALL, Map.of(), "eva", null, null, State.RUNNING, 100L, done, null, null, null);
    }

    private double after(int seconds, Operation... going) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        progress.look(List.of(going));
        return progress.seconds();
    }

    @Test
    @DisplayName("I16: an operation that does not get on is told of by how long; one that gets on, or is over, is not")
    void stuck() {
        assertEquals(0, after(10));
        assertEquals(0, after(10, operation(1, 0)));
        assertEquals(10, after(10, operation(1, 0)));
        assertEquals(25, after(15, operation(1, 0), operation(2, 0)));
        assertEquals(5, after(5, operation(1, 1), operation(2, 0)));
        assertEquals(0, after(60));
        assertEquals(0, after(60, operation(2, 0)));
    }
}

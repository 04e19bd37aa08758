package no.delingsruter.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import picocli.CommandLine;

/** Asks for something and says what has come of it. */
final class Asking {
    private static final long LONGEST = Duration.ofSeconds(60).toNanos();
    /** Where nothing is looked up, it may not begin for hours. */
    private static final long SHORT = Duration.ofSeconds(2).toNanos();

    private Asking() {}

    /** What the job carries out soon is waited for. @return exit code */
    static int ask(OperatorAccess.Operator operator, Operation wish, PrintWriter out) {
        return until(
                asked -> asked.state().over(),
                operator,
                () -> operator.parts().operations().ask(wish),
                out);
    }

    /** What the job takes long over: says that it has begun, and what it takes. @return exit code */
    static int begin(OperatorAccess.Operator operator, Operation wish, PrintWriter out) {
        return until(
                Asking::hasBegun, operator, () -> operator.parts().operations().ask(wish), out);
    }

    /** @param plan see {@link no.delingsruter.work.Operations#ask(Operation, ToLongFunction)} */
    static int begin(OperatorAccess.Operator operator, Operation wish, ToLongFunction<Long> plan, PrintWriter out) {
        return until(
                Asking::hasBegun, operator, () -> operator.parts().operations().ask(wish, plan), out);
    }

    private static boolean hasBegun(Operation asked) {
        return asked.state().over() || asked.result() != null;
    }

    private static int until(
            Predicate<Operation> enough, OperatorAccess.Operator operator, Supplier<Operation> ask, PrintWriter out) {
        try {
            Operation asked = ask.get();
            long since = System.nanoTime();
            long longest = runs(operator, asked.scope()) ? LONGEST : SHORT;
            while (operator.jobRuns() && !enough.test(asked) && System.nanoTime() - since < longest) {
                Thread.sleep(100);
                asked = operator.parts().operations().table().find(asked.id()).orElseThrow();
            }
            return say(operator, asked, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static boolean runs(OperatorAccess.Operator operator, Scope scope) {
        operator.parts().states().refresh();
        return operator.parts().lanes().all().stream()
                .filter(scope::covers)
                .anyMatch(lane -> operator.parts().states().of(lane.service(), lane.organisation(), lane.lookup())
                        == LaneState.RUNNING);
    }

    /** @return exit code */
    static int say(OperatorAccess.Operator operator, Operation asked, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "Operation %d: %s%s%n",
                asked.id(),
                asked.state() == Operation.State.FAILED ? "not done: " : "",
                asked.result() == null ? asked.state() : asked.result());
        if (!asked.state().over()) {
            out.println(
                    operator.jobRuns()
                            ? runs(operator, asked.scope())
                                    ? "The job goes on with it; `operations` shows how far it is."
                                    : "It goes on when what it is about is RUNNING; `operations` shows how far it is."
                            : "No job runs now; it is carried out when it starts.");
        }
        return asked.state() == Operation.State.FAILED ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
}

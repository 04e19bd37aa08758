package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** Puts services into another state; it holds until another is asked for, over restarts and for all instances. */
@Command(
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:done", " 1:not done, and why", " 2:the command cannot be used"})
class StateCommand extends OperatorCommand {
    private final String verb;

    @Mixin
    private WishOptions options;

    StateCommand(String verb, OperatorAccess access) {
        super(access);
        this.verb = verb;
    }

    /** One that takes no more than what all take. */
    static CommandSpec named(String verb, String description, OperatorAccess access) {
        CommandSpec spec =
                CommandSpec.forAnnotatedObject(new StateCommand(verb, access)).name(verb);
        spec.usageMessage().description(description);
        return spec;
    }

    Map<String, String> arguments() {
        return Map.of();
    }

    @Override
    public Integer call() {
        options.check(spec, !verb.equals("resume") && !verb.equals("start"));
        return run(options.with(Arguments.of(spec)), this::ask);
    }

    private int ask(OperatorAccess.Operator operator, PrintWriter out) {
        Operation done = operator.parts().operations().ask(options.wish(verb, arguments()));
        out.printf(Locale.ROOT, "Operation %d: %s%n", done.id(), done.result());
        operator.parts().states().refresh();
        says(operator, out);
        return done.state() == Operation.State.DONE ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void says(OperatorAccess.Operator operator, PrintWriter out) {
        if (!operator.jobRuns()) {
            out.println("No job runs now; it holds from its next start.");
            return;
        }
        List<Scope> lists = operator.parts().lanes().lists(options.scope());
        boolean still = lists.stream()
                .anyMatch(one -> operator.parts()
                                .states()
                                .of(
                                        one.service(),
                                        one.organisation(),
                                        options.scope().lookup())
                        == LaneState.DRAINING);
        if (still) {
            out.println("What is pending is looked up; then it is STOPPED. `operations` tells.");
        } else if (!verb.equals("resume")
                && !verb.equals("start")
                && arguments().isEmpty()) {
            out.println("No call begins any more; what is open is finished and delivered.");
        }
    }
}

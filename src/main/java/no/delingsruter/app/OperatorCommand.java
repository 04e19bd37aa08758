package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import no.delingsruter.store.OperationTable.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that needs the store, and is done here or in the job that works on it. */
@Command(mixinStandardHelpOptions = true)
abstract class OperatorCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    private final OperatorAccess access;

    OperatorCommand(OperatorAccess access) {
        this.access = access;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final CommandSpec sub(String name) {
        return spec.subcommands().get(name).getCommandSpec();
    }

    /** @return exit code */
    final int run(OperatorAccess.Work work) {
        return run(Arguments.of(spec), work);
    }

    final int run(List<String> arguments, OperatorAccess.Work work) {
        return run(arguments, null, work);
    }

    /** @param input see {@link OperatorAccess#run} */
    final int run(List<String> arguments, @Nullable String input, OperatorAccess.Work work) {
        int exitCode = access.run(arguments, input, (operator, out) -> orRefused(work, operator, out), out());
        out().flush();
        return exitCode;
    }

    private static int orRefused(OperatorAccess.Work work, OperatorAccess.Operator operator, PrintWriter out) {
        try {
            return work.run(operator, out);
        } catch (RefusedException e) {
            out.println("Not done: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}

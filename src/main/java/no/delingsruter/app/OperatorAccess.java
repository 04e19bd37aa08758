package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.store.Parked;
import no.delingsruter.support.KeyedHash;
import org.jspecify.annotations.Nullable;

/** How a command comes by what it works with. */
public interface OperatorAccess {
    /**
     * What commands work with.
     *
     * @param jobRuns whether a job is at work on the store, which sees to what is asked for
     */
    record Operator(Parked parked, OperatorParts parts, KeyedHash hash, Settings settings, boolean jobRuns) {}

    /** What a command does. */
    interface Work {
        /** @return exit code */
        int run(Operator operator, PrintWriter out);
    }

    /**
     * Does the work, here or in the running job.
     *
     * @param arguments the command's name and its arguments, for the job to do the same
     * @return exit code
     */
    default int run(List<String> arguments, Work work, PrintWriter out) {
        return run(arguments, null, work, out);
    }

    /** @param input for the job beside the arguments, in which nobody is named; null for none */
    int run(List<String> arguments, @Nullable String input, Work work, PrintWriter out);
}

package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.store.Parked;
import no.delingsruter.support.KeyedHash;

/** How a command comes by what it works with. */
public interface OperatorAccess {
    /**
     * What commands work with.
     *
     * @param jobRuns whether a job is at work on the store, which sees to what is asked for
     */
    record Operator(Parked parked, OperatorParts parts, KeyedHash hash, boolean jobRuns) {}

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
    int run(List<String> arguments, Work work, PrintWriter out);
}

package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import no.delingsruter.store.Parked;
import no.delingsruter.support.KeyedHash;

/** How a command comes by the parked events. */
public interface ParkedAccess {
    /** What a command does. */
    interface Work {
        /** @return exit code */
        int run(Parked parked, KeyedHash hash, PrintWriter out);
    }

    /**
     * Does the work, here or in the running job.
     *
     * @param arguments of the command, for the job to do the same
     * @return exit code
     */
    int run(List<String> arguments, Work work, PrintWriter out);
}

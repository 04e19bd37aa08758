package no.delingsruter.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operator's commands, as the running job does them: what the page and {@code /api} ask for is asked of these. */
public interface Commands {
    /** What a command has printed, and its exit code: 0 done, 1 not done, 2 not understood. */
    record Said(int exitCode, String text) {}

    /** One that only shows something. */
    Said show(List<String> arguments);

    /** @param input what it needs beside its arguments, in which nobody is named; null for none */
    Said run(List<String> arguments, @Nullable String input);
}

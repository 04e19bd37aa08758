package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The operator's commands in the running job, whichever way they come in. */
final class JobCommands {
    private static final Logger LOG = LoggerFactory.getLogger(JobCommands.class);

    private final OperatorAccess access;

    JobCommands(OperatorAccess access) {
        this.access = access;
    }

    /**
     * Runs one, and says so in the log: its name, and nothing that it was given.
     *
     * @param input that came with the arguments; null for none
     * @return exit code
     */
    int run(List<String> arguments, @Nullable String input, PrintWriter out) {
        CommandLine commands = OperatorCommands.inJob(access, input);
        int exitCode = execute(commands, arguments, out);
        LOG.info(
                "An operator has run '{}', exit code {}",
                commands.getParseResult() == null ? "" : names(commands.getParseResult()),
                exitCode);
        return exitCode;
    }

    /** The same for one that only shows something, over and over again, without a word in the log. */
    int show(List<String> arguments, PrintWriter out) {
        return execute(OperatorCommands.inJob(access, null), arguments, out);
    }

    private static int execute(CommandLine commands, List<String> arguments, PrintWriter out) {
        return commands.setOut(out)
                .setErr(out)
                .setParameterExceptionHandler((e, given) -> {
                    out.println(e.getMessage());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    out.println("Not done: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments.toArray(String[]::new));
    }

    /** Of the command and those under it, without what they were given. */
    private static String names(CommandLine.ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .skip(1)
                .map(CommandLine::getCommandName)
                .collect(Collectors.joining(" "));
    }
}

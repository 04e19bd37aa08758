package no.delingsruter.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says of one person why the data is there or not, and what happens next. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says of one person what has been read, what is pending, parked and held, and what happens next.",
        footer = "The identifikator is read from a file or from standard input, never from the command line.")
final class ExplainCommand implements Callable<Integer> {
    /** Tells the job that the identifikator follows upon the arguments. */
    static final String SENT = "--sent";

    private final OperatorAccess access;
    private final @Nullable String sentInput;

    @Spec
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "FILE", description = "That holds the identifikator; else standard input")
    private Path from;

    @Option(names = "--service", description = "Of this service alone")
    private String service;

    @Option(names = "--organisation", description = "For this organisation acted for alone")
    private String organisation;

    @Option(names = "--reveal", description = "Show the identifikator, which is a keyed hash otherwise")
    private boolean reveal;

    @Option(names = SENT, hidden = true)
    private boolean sent;

    /** @param sentInput what came with the arguments; null where it is to be read here */
    ExplainCommand(OperatorAccess access, @Nullable String sentInput) {
        this.access = access;
        this.sentInput = sentInput;
    }

    @Override
    public Integer call() {
        String identifikator = sentInput == null ? read() : sentInput;
        if (!identifikator.matches("\\S{1,100}")) {
            throw new ParameterException(
                    spec.commandLine(), "Give one identifikator, in a file (--from) or by standard input.");
        }
        List<String> arguments = new ArrayList<>(Arguments.of(spec));
        if (!sent) {
            arguments.add(SENT);
        }
        return access.run(
                arguments,
                identifikator,
                (operator, out) -> explain(operator, identifikator, out),
                spec.commandLine().getOut());
    }

    private int explain(OperatorAccess.Operator operator, String identifikator, PrintWriter out) {
        out.println("About " + (reveal ? identifikator : operator.hash().of(identifikator)) + ":");
        new Explanation(operator, out).of(identifikator, service, organisation);
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private String read() {
        try {
            if (from != null) {
                return Files.readString(from).strip();
            }
            String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The identifikator cannot be read (" + e.getClass().getSimpleName() + ").");
        }
    }
}

package no.delingsruter.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whom a command is about: from a file or standard input, never from the command line, which others can read. */
final class OnePerson {
    @Option(names = "--from", paramLabel = "FILE", description = "That holds the identifikator; else standard input")
    private Path from;

    @Option(names = Sent.OPTION, hidden = true)
    private boolean sent;

    /** @param input what came with the arguments; null where it is to be read here */
    String of(CommandSpec spec, @Nullable String input) {
        String identifikator = (input == null ? read(spec) : input).strip();
        if (!identifikator.matches("\\S{1,100}")) {
            throw new ParameterException(
                    spec.commandLine(), "Give one identifikator, in a file (--from) or by standard input.");
        }
        return identifikator;
    }

    /** For the job: the identifikator follows upon them. */
    List<String> with(List<String> arguments) {
        return sent
                ? arguments
                : Stream.concat(arguments.stream(), Stream.of(Sent.OPTION)).toList();
    }

    private String read(CommandSpec spec) {
        try {
            if (from != null) {
                return Files.readString(from);
            }
            String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The identifikator cannot be read (" + e.getClass().getSimpleName() + ").");
        }
    }
}

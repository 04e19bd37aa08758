package no.delingsruter.app;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** What a command was given, for the job to do the same. */
final class Arguments {
    private Arguments() {}

    /** @return the command's name, those of commands under it, and their arguments */
    static List<String> of(CommandSpec command) {
        CommandSpec program = command.root();
        List<String> given = program.commandLine().getParseResult().originalArgs();
        return program.name().equals(Delingsruter.NAME) || program.name().equals(OperatorCommands.JOB)
                ? given
                // A command that is not part of the program
                : Stream.concat(Stream.of(program.name()), given.stream()).toList();
    }
}

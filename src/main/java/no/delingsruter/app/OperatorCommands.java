package no.delingsruter.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands for a store and the job that may be at work on it: the same from the command line and in the running job. */
final class OperatorCommands {
    static final String JOB = "job";

    private OperatorCommands() {}

    /** Adds them to the program's commands. */
    static CommandLine addTo(CommandLine program, OperatorAccess access) {
        return addTo(program, access, null);
    }

    private static CommandLine addTo(CommandLine program, OperatorAccess access, @Nullable String input) {
        return program.addSubcommand(new ParkedCommand(access))
                .addSubcommand(new CheckCommand(access))
                .addSubcommand(new PauseCommand(access))
                .addSubcommand(StateCommand.named(
                        "resume",
                        "Lets it go on, whatever it stands still for; a planned pause is taken back.",
                        access))
                .addSubcommand(StateCommand.named(
                        "drain", "Reads no event list; looks up what is pending, and then stops.", access))
                .addSubcommand(StateCommand.named(
                        "stop", "Makes no call any more, so that the position may be moved.", access))
                .addSubcommand(StateCommand.named("start", "Lets what was stopped go on; as resume does.", access))
                .addSubcommand(new PositionCommand(access))
                .addSubcommand(new RefetchCommand(access, input))
                .addSubcommand(new BackfillCommand(access))
                .addSubcommand(new DeliverAgainCommand(access))
                .addSubcommand(new ExplainCommand(access, input))
                .addSubcommand(new EraseCommand(access, input))
                .addSubcommand(new OperationsCommand(access))
                .addSubcommand(new InstancesCommand(access))
                .addSubcommand(new ConfigurationCommand(access))
                .addSubcommand(new StatusCommand(access));
    }

    /**
     * As they run in the job.
     *
     * @param input that came with the arguments; null for none
     */
    static CommandLine inJob(OperatorAccess access, @Nullable String input) {
        return addTo(new CommandLine(new Job()), access, input).addSubcommand(new ServicesCommand());
    }

    @Command(name = OperatorCommands.JOB)
    private static final class Job {}
}

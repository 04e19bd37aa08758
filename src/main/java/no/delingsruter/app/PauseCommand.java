package no.delingsruter.app;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes services stand still, now or in a planned window. */
@Command(
        name = "pause",
        description = "Makes no call any more until it is resumed; position and all that is pending stay as they are.")
final class PauseCommand extends StateCommand {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only from then on, such as 22:00 or 2026-11-27T22:00, by this machine's clock")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "With --from: it resumes by itself then, such as 06:00")
    private String to;

    PauseCommand(OperatorAccess access) {
        super("pause", access);
    }

    @Override
    Map<String, String> arguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        if (from != null) {
            arguments.put("from", from);
        }
        if (to != null) {
            arguments.put("to", to);
        }
        return arguments;
    }
}

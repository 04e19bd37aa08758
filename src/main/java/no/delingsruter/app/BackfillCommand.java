package no.delingsruter.app;

import java.util.LinkedHashMap;
import java.util.Map;
import no.delingsruter.work.Backfill;
import no.delingsruter.work.Refetch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads a part of an event list again, and looks up what its events ask for. */
@Command(
        name = "backfill",
        description =
                "Reads a part of a service's event list again, beside its being followed, and looks up what its events ask for,"
                        + " behind all that new events ask for. A lookup finds what is true now.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:asked for", " 1:not done, and why", " 2:the command cannot be used"})
final class BackfillCommand extends OperatorCommand {
    @Mixin
    private WishOptions options;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "NUMBER|DATE|first",
            description = "The first number to read; a date: from its first event on")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "NUMBER|DATE",
            description =
                    "The last number to read; a date: up to its last event (default: how far the list has been read)")
    private String to;

    @Option(names = "--plan", description = "Only say how many events it is about, and how long it takes at most")
    private boolean plan;

    BackfillCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        options.check(spec, !plan);
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put(Backfill.FROM, from);
        if (to != null) {
            arguments.put(Backfill.TO, to);
        }
        if (plan) {
            arguments.put(Refetch.PLAN, "true");
        }
        return run(
                options.with(Arguments.of(spec)),
                (operator, out) -> Asking.begin(operator, options.wish("backfill", arguments), out));
    }
}

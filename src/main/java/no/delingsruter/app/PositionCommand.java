package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import no.delingsruter.model.Scope;
import no.delingsruter.work.PositionChange;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How far event lists have been read: shows it, and moves it while the service is stopped. */
@Command(
        name = "position",
        synopsisSubcommandLabel = "(show | set)",
        description = "The last number that was read of each event list.")
final class PositionCommand extends OperatorCommand {
    PositionCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do: show or set.");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One line for each list.")
    int show(@Option(names = "--json", description = "As JSON, for programs") boolean json) {
        return run(json ? PositionCommand::json : PositionCommand::show);
    }

    private static int json(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        ObjectNode said = Json.object();
        ArrayNode lists = said.putArray("lists");
        for (Scope list : operator.parts().lanes().lists(Scope.ALL)) {
            ObjectNode one = lists.addObject().put("service", list.service()).put("organisation", list.organisation());
            operator.parts()
                    .positions()
                    .of(list.service(), list.organisation())
                    .ifPresentOrElse(position -> one.put("position", position), () -> one.putNull("position"));
            one.put(
                    "state",
                    operator.parts()
                            .states()
                            .of(list.service(), list.organisation(), "")
                            .name());
        }
        out.println(said);
        return CommandLine.ExitCode.OK;
    }

    private static int show(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        out.printf("%-32s %16s  %s%n", "LIST", "POSITION", "STATE");
        for (Scope list : operator.parts().lanes().lists(Scope.ALL)) {
            out.printf(
                    "%-32s %16s  %s%n",
                    list,
                    operator.parts().positions().of(list.service(), list.organisation()).stream()
                            .mapToObj(Long::toString)
                            .findFirst()
                            .orElse("none"),
                    operator.parts().states().of(list.service(), list.organisation(), ""));
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Moves it, while the service is STOPPED: what comes after it is read next.")
    int set(
            @Mixin WishOptions options,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "POSITION",
                            description =
                                    "The last number that counts as read; a date, from whose first event on is read;"
                                            + " first; now")
                    String to,
            @Option(
                            names = "--expect",
                            paramLabel = "POSITION",
                            description = "Only if it is this now, as show shows it")
                    String expect,
            @Option(names = "--dry-run", description = "Only say what would be read again, or passed over")
                    boolean dryRun) {
        options.check(sub("set"), !dryRun);
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put(PositionChange.TO, to);
        if (expect != null) {
            arguments.put(PositionChange.EXPECT, expect);
        }
        if (dryRun) {
            arguments.put(PositionChange.DRY_RUN, "true");
        }
        return run(
                options.with(Arguments.of(spec)),
                (operator, out) -> Asking.ask(operator, options.wish("position", arguments), out));
    }
}

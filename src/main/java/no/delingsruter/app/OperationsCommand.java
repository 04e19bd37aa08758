package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.model.Directive;
import no.delingsruter.model.Operation;
import no.delingsruter.work.OperationControl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What was asked for, and what has come of it: the record of all that operators have done. */
@Command(
        name = "operations",
        description = "What operators have asked for: who, when, why, how far it is, and what came of it.")
final class OperationsCommand extends OperatorCommand {
    @Option(names = "--limit", defaultValue = "20", description = "The latest so many (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--json", description = "As JSON, for programs")
    private boolean json;

    OperationsCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        return run(json ? this::json : this::list);
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Ends one; what it has under way is finished.")
    int cancel(
            @Option(names = "--id", required = true, description = "As the list shows it") long id,
            @Mixin WishOptions options) {
        return control("cancel", id, options);
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Lets one stand still.")
    int pause(
            @Option(names = "--id", required = true, description = "As the list shows it") long id,
            @Mixin WishOptions options) {
        return control("pause", id, options);
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a paused one go on.")
    int resume(
            @Option(names = "--id", required = true, description = "As the list shows it") long id,
            @Mixin WishOptions options) {
        return control("resume", id, options);
    }

    private int control(String verb, long id, WishOptions options) {
        options.check(sub(verb), false);
        return run(
                options.with(Arguments.of(spec)),
                (operator, out) -> Asking.ask(
                        operator,
                        options.wish(verb + "-operation", Map.of(OperationControl.ID, Long.toString(id))),
                        out));
    }

    private int list(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        out.printf(
                "%-6s %-13s %-10s %-20s %-12s %-28s %16s  %s%n",
                "ID", "KIND", "STATE", "ASKED", "BY", "OF", "DONE", "RESULT");
        operator.parts()
                .operations()
                .table()
                .latest(limit)
                .forEach(operation -> line(operation, result(operator, operation), out));
        operator.parts().states().planned().forEach(planned -> window(planned, out));
        if (!operator.jobRuns()) {
            out.println("No job runs now; what is asked for of it is carried out when it starts.");
        }
        return CommandLine.ExitCode.OK;
    }

    private int json(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        ObjectNode said = Json.object().put("jobRuns", operator.jobRuns());
        ArrayNode operations = said.putArray("operations");
        for (Operation one : operator.parts().operations().table().latest(limit)) {
            ObjectNode operation = operations
                    .addObject()
                    .put("id", one.id())
                    .put("kind", text(one.kind()))
                    .put("of", text(one.scope().toString()))
                    .put("by", text(one.by()))
                    .put("reason", Json.text(one.reason()))
                    .put("at", Json.at(one.at()))
                    .put("state", one.state().name())
                    .put("total", one.total())
                    .put("done", one.done())
                    .put("result", Json.text(result(operator, one)))
                    .put("owner", Json.text(one.owner()))
                    .put("finished", Json.at(one.finished()));
            ObjectNode arguments = operation.putObject("arguments");
            one.arguments().forEach((name, value) -> arguments.put(text(name), Json.text(value)));
        }
        ArrayNode planned = said.putArray("planned");
        operator.parts()
                .states()
                .planned()
                .forEach(window -> planned.addObject()
                        .put("of", window.scope().toString())
                        .put("state", window.state().name())
                        .put("from", Json.at(window.begins()))
                        .put("to", Json.at(window.ends()))
                        .put("cause", text(window.cause())));
        out.println(said);
        return CommandLine.ExitCode.OK;
    }

    private static @Nullable String result(OperatorAccess.Operator operator, Operation operation) {
        boolean begun = operation.state() != Operation.State.REQUESTED
                && !operation.state().over();
        return begun && operator.parts().lanes().all().stream().noneMatch(operation.scope()::covers)
                ? "waits until " + operation.scope() + " runs here again"
                        + (operation.result() == null ? "" : ": " + operation.result())
                : operation.result();
    }

    private static void line(Operation operation, @Nullable String result, PrintWriter out) {
        out.printf(
                "%-6d %-13s %-10s %-20s %-12s %-28s %16s  %s%n",
                operation.id(),
                text(operation.kind()),
                operation.state(),
                operation.at() == null ? "-" : operation.at().truncatedTo(ChronoUnit.SECONDS),
                text(operation.by()),
                text(operation.scope().toString()),
                operation.total() == null
                        ? "-"
                        : String.format(Locale.ROOT, "%,d of %,d", operation.done(), operation.total()),
                text(result == null ? "" : result)
                        + (operation.reason() == null ? "" : " (" + text(operation.reason()) + ")"));
    }

    private static void window(Directive planned, PrintWriter out) {
        out.printf(
                "Planned: %s is %s from %s to %s (%s)%n",
                planned.scope(), planned.state(), planned.begins(), planned.ends(), text(planned.cause()));
    }

    private static String text(String value) {
        return String.valueOf(Json.text(value));
    }
}

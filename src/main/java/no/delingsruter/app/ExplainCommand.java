package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.Map;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says of one person why the data is there or not, and what happens next. */
@Command(
        name = "explain",
        description = "Says of one person what has been read, what is pending, parked and held, and what happens next.",
        footer = "The identifikator is read from a file or from standard input, never from the command line.")
final class ExplainCommand extends OperatorCommand {
    private final @Nullable String sentInput;

    @Mixin
    private OnePerson person;

    @Option(names = "--service", description = "Of this service alone")
    private String service;

    @Option(names = "--organisation", description = "For this organisation acted for alone")
    private String organisation;

    @Option(names = "--reveal", description = "Show the identifikator, which is a keyed hash otherwise")
    private boolean reveal;

    @Mixin
    private Asker asker;

    /** @param sentInput what came with the arguments; null where it is to be read here */
    ExplainCommand(OperatorAccess access, @Nullable String sentInput) {
        super(access);
        this.sentInput = sentInput;
    }

    @Override
    public Integer call() {
        String identifikator = person.of(spec, sentInput);
        return run(
                person.with(asker.with(Arguments.of(spec))),
                identifikator,
                (operator, out) -> explain(operator, identifikator, out));
    }

    private int explain(OperatorAccess.Operator operator, String identifikator, PrintWriter out) {
        if (reveal) {
            operator.parts()
                    .operations()
                    .record(
                            Operation.of(
                                    "reveal",
                                    new Scope(service, organisation, ""),
                                    Map.of("key", operator.hash().of(identifikator)),
                                    asker.name(),
                                    null),
                            "Shown: what is known of one person, by name");
        }
        out.println("About " + (reveal ? identifikator : operator.hash().of(identifikator)) + ":");
        new Explanation(operator, out).of(identifikator, service, organisation);
        return CommandLine.ExitCode.OK;
    }
}

package no.delingsruter.app;

import java.util.Map;
import java.util.concurrent.Callable;
import no.delingsruter.work.Redelivery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Delivers again what is held, without a call. */
@Command(
        name = "deliver-again",
        mixinStandardHelpOptions = true,
        description =
                "Delivers the newest result of each key again, from the store, without a call: with the same idempotencyKey, and the"
                        + " header redelivery.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:asked for", " 1:not done, and why", " 2:the command cannot be used"})
final class DeliverAgainCommand implements Callable<Integer> {
    private final OperatorAccess access;

    @Spec
    private CommandSpec spec;

    @Mixin
    private WishOptions options;

    @Option(
            names = "--endpoint",
            paramLabel = "ENDPOINT",
            description = "One of delivery.endpoints, as it stands there; else all")
    private String endpoint;

    DeliverAgainCommand(OperatorAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        options.check(spec, true);
        Map<String, String> arguments = endpoint == null ? Map.of() : Map.of(Redelivery.ENDPOINT, endpoint);
        return access.run(
                options.with(Arguments.of(spec)),
                (operator, out) -> Asking.begin(operator, options.wish("deliver-again", arguments), out),
                spec.commandLine().getOut());
    }
}

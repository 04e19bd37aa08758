package no.delingsruter.app;

import java.util.Map;
import no.delingsruter.work.Redelivery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Delivers again what is held, without a call. */
@Command(
        name = "deliver-again",
        description =
                "Delivers the newest result of each key again, from the store, without a call: with the same idempotencyKey, and the"
                        + " header redelivery.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:asked for", " 1:not done, and why", " 2:the command cannot be used"})
final class DeliverAgainCommand extends OperatorCommand {
    @Mixin
    private WishOptions options;

    @Option(
            names = "--endpoint",
            paramLabel = "ENDPOINT",
            description = "One of delivery.endpoints, as it stands there; else all")
    private String endpoint;

    DeliverAgainCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        options.check(spec, true);
        Map<String, String> arguments = endpoint == null ? Map.of() : Map.of(Redelivery.ENDPOINT, endpoint);
        return run(
                options.with(Arguments.of(spec)),
                (operator, out) -> Asking.begin(operator, options.wish("deliver-again", arguments), out));
    }
}

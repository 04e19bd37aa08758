package no.delingsruter.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what the routes make of an event. */
@Command(
        name = "try",
        mixinStandardHelpOptions = true,
        description =
                "Takes one event through the routes of a file and shows the message after each step; stores and delivers nothing.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:the event came through, or was left out", " 1:a step failed", " 2:what cannot be used"})
final class TryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Route file of a service, such as routes/inntekt.camel.yaml")
    private Path file;

    @Option(
            names = "--event",
            paramLabel = "FILE",
            description = "The event, JSON as the list has it; else a simulator's")
    private @Nullable Path event;

    @Option(names = "--answer", paramLabel = "FILE", description = "What a lookup answers; else a simulator does")
    private @Nullable Path answer;

    @Option(names = "--call", description = "Make the event's lookup at Skatteetaten, with the configured key")
    private boolean call;

    @Option(names = "--reveal", description = "Show identifikatorer, which are masked otherwise")
    private boolean reveal;

    @Override
    public Integer call() {
        RouteTrial trial = RouteTrial.of(Delingsruter.settings(), file);
        if (event != null) {
            trial.event(new String(read(event), java.nio.charset.StandardCharsets.UTF_8));
        }
        if (answer != null) {
            trial.answer(read(answer));
        }
        if (call) {
            trial.callingSkatteetaten();
        }
        TrialReport report = trial.run();
        spec.commandLine().getOut().print(report.text(reveal));
        spec.commandLine().getOut().flush();
        return report.works() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static byte[] read(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ConfigurationException(path + " cannot be read.");
        }
    }
}

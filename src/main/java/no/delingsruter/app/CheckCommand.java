package no.delingsruter.app;

import java.util.concurrent.Callable;
import no.delingsruter.configuration.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what cannot work before anything is started. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks configuration and routes; calls nothing. Exit code 0, or 2 with a line for each mistake.")
final class CheckCommand implements Callable<Integer> {
    @Option(names = "--routes", required = true, description = "Check the routes and what they are configured with.")
    @SuppressWarnings("UnusedVariable") // required: there is one kind of check so far
    private boolean routes;

    @Override
    public Integer call() {
        try {
            Application.check(Delingsruter.settings(), Delingsruter.routes());
        } catch (ConfigurationException e) {
            System.err.println(e.getMessage());
            return Delingsruter.BAD_CONFIGURATION;
        }
        System.out.println("Routes and configuration can be used.");
        return 0;
    }
}

package no.delingsruter;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.operations.Progress;
import no.delingsruter.simulator.SimulatorCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program's entry point: without a command it runs the main job in the current folder, with {@code config/} and
 * {@code routes/} from there or from {@code -Ddelingsruter.config=DIR} and {@code -Ddelingsruter.routes=DIR}.
 */
@Command(name = "delingsruter", mixinStandardHelpOptions = true,
        description = "Follows Skatteetaten's event lists and fetches, once per event, the data each event points to.",
        subcommands = {DemoCommand.class, SimulatorCommand.class, ServicesCommand.class})
public final class Delingsruter implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Delingsruter.class);
    static final int BAD_CONFIGURATION = 2;
    private static final int TAKEN_OVER = 3;

    public static void main(String... args) {
        System.exit(run(args));
    }

    /**
     * Exit code: 0 for an orderly end, 2 for a configuration that cannot be used (said in one sentence on standard error), 3 when
     * another process has taken over the store.
     */
    static int run(String... args) {
        return new CommandLine(new Delingsruter()).setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof ConfigurationException) {
                System.err.println("Not started: " + e.getMessage());
                return BAD_CONFIGURATION;
            }
            throw e;
        }).execute(args);
    }

    /** Where the configuration is. */
    static Path configuration() {
        return Path.of(System.getProperty("delingsruter.config", "config"));
    }

    /** Where the routes are. */
    static Path routes() {
        return Path.of(System.getProperty("delingsruter.routes", "routes"));
    }

    /** The configuration of {@link #configuration()}, with the profile of {@code -Ddelingsruter.profile=NAME} where one is named. */
    static Settings settings() {
        String profile = Optional.ofNullable(System.getProperty("delingsruter.profile")).orElse(System.getenv("DELINGSRUTER_PROFILE"));
        return Settings.load(configuration(), profile, System.getenv(), System.getProperties());
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = settings();
        try (Application application = Application.start(settings, routes(), () -> System.exit(TAKEN_OVER))) {
            LOG.info("Following {}; delivering to {}; stop with Ctrl-C or SIGTERM", settings.get("services"), settings.get("delivery.endpoints"));
            try (Progress progress = application.progress(LOG::info)) {
                progress.every(settings.duration("progress.interval"));
                untilTerminated(application);
                progress.report();
            }
        }
        return 0;
    }

    /** Waits for SIGTERM or Ctrl-C; the hook then waits for an orderly stop. */
    private static void untilTerminated(Application application) throws InterruptedException {
        CountDownLatch terminated = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            application.close();
            LOG.info("Stopped; what was under way is finished or pending again");
            terminated.countDown();
        }, "stop"));
        terminated.await();
    }
}

package no.delingsruter.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Progress;
import no.delingsruter.simulator.SimulatorCommand;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program's entry point: without a command it runs the main job in the current folder, with {@code config/} and
 * {@code routes/} from there or from {@code -Ddelingsruter.config=DIR} and {@code -Ddelingsruter.routes=DIR}.
 */
@Command(
        name = Delingsruter.NAME,
        mixinStandardHelpOptions = true,
        versionProvider = Delingsruter.Version.class,
        description = "Follows Skatteetaten's event lists and fetches, once per event, the data each event points to.",
        subcommands = {DemoCommand.class, SimulatorCommand.class, ServicesCommand.class, TryCommand.class})
public final class Delingsruter implements Callable<Integer> {
    static final String NAME = "delingsruter";
    static final int BAD_CONFIGURATION = 2;
    private static final int STOP_SECONDS = 25;

    /** What the jar says that it is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                NAME + " "
                        + Optional.ofNullable(Delingsruter.class.getPackage().getImplementationVersion())
                                .orElse("(not from its jar)")
                        + ", Java " + Runtime.version()
            };
        }
    }

    public static void main(String... given) {
        String[] args = withoutKeys(given);
        if (args.length == 0) {
            Logging.countWhatIsLost();
        }
        Logging.takeOver();
        // H2 would look for each value of each row among the latest ones, which costs more than a value of its own
        System.getProperties().putIfAbsent("h2.objectCache", "false");
        // Not by way of the orderly stop, which may need what is broken
        ProcessEnd.endsBy(Runtime.getRuntime()::halt);
        System.exit(run(args));
    }

    /** Keys that stand behind the jar, where Java itself takes none, are taken as if they stood before it. */
    private static String[] withoutKeys(String[] args) {
        int keys = 0;
        while (keys < args.length && args[keys].startsWith("-D")) {
            String[] key = args[keys++].substring(2).split("=", 2);
            System.setProperty(key[0], key.length == 1 ? "" : key[1]);
        }
        return Arrays.copyOfRange(args, keys, args.length);
    }

    /**
     * Exit code: 0 for an orderly end, 2 for a configuration that cannot be used (said in one sentence on standard error),
     * 4 for what only a new start can mend.
     */
    static int run(String... args) {
        try {
            Extensions.check();
        } catch (ConfigurationException e) {
            return failed(e);
        }
        if (args.length == 0) {
            // There is nothing to parse, and the parser's classes are a noticeable part of the start
            try {
                return new Delingsruter().call();
            } catch (Exception e) {
                return failed(e);
            }
        }
        return OperatorCommands.addTo(
                        new CommandLine(new Delingsruter()), new StoreOperatorAccess(Delingsruter::settings))
                .addSubcommand(new MoveStoreCommand(Delingsruter::settings))
                .addSubcommand(new SchemaCommand(Delingsruter::settings))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e))
                .execute(args);
    }

    /** Not a constant: that would be made before the log is set up. */
    private static Logger log() {
        return LoggerFactory.getLogger(Delingsruter.class);
    }

    private static int failed(Exception e) {
        if (e instanceof ConfigurationException) {
            System.err.println("Not started: " + e.getMessage());
            return BAD_CONFIGURATION;
        }
        if (e instanceof InvalidPathException) {
            System.err.println(
                    "Not started: a path in the configuration has letters that this system's locale cannot write; set LANG=C.UTF-8 (Java 17 reads paths by it).");
            return BAD_CONFIGURATION;
        }
        if (e instanceof StoreException) {
            System.err.println("Not done: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        log().error("Stopped by an unexpected error", e);
        System.err.println("Stopped by an unexpected error (" + e.getClass().getSimpleName() + "); the log has more.");
        return CommandLine.ExitCode.SOFTWARE;
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
        String profile = Optional.ofNullable(System.getProperty("delingsruter.profile"))
                .orElse(System.getenv("DELINGSRUTER_PROFILE"));
        return Settings.load(configuration(), profile, System.getenv(), System.getProperties());
    }

    /** Where results go, without secrets. */
    static String receivers(Settings settings) {
        return DeliveryEndpoints.of(settings).stream()
                .map(RouteSteps::withoutSecrets)
                .collect(Collectors.joining(", "));
    }

    @Override
    public Integer call() throws InterruptedException {
        StopSignals.endWith(0);
        Settings settings = settings();
        Application application = Application.start(settings, routes());
        log().info(
                        "Following {}; delivering to {}; stop with Ctrl-C or SIGTERM",
                        settings.get("services"),
                        receivers(settings));
        Progress progress = application.progress(log()::info);
        progress.every(settings.duration("progress.interval"));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop(application, progress);
                            LogManager.shutdown();
                        },
                        "stop"));
        new CountDownLatch(1).await();
        return 0;
    }

    /** In order, and within a bound: what takes longer is pending again, as after a crash. */
    private static void stop(Application application, Progress progress) {
        log().info("Stopping; what is under way is finished first, for {} s at most", STOP_SECONDS);
        Thread closing = Daemons.named("stop-application").newThread(application::close);
        closing.start();
        try {
            closing.join(STOP_SECONDS * 1000L);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        progress.close();
        log().info(
                        closing.isAlive()
                                ? "Stopped; not all that was under way could be finished, and the rest is pending again"
                                : "Stopped; what was under way is finished or pending again");
    }
}

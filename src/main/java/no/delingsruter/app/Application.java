package no.delingsruter.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Progress;
import no.delingsruter.observation.Statistics;
import no.delingsruter.page.Commands;
import no.delingsruter.page.ManagementPage;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.store.H2File;
import no.delingsruter.store.Overview;
import no.delingsruter.store.Store;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program's job: an installation in a Camel context of its own, with health, metrics and a way in for the operator's commands. */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private final Settings settings;
    private final Main main = new Main();
    private final Installation installation;
    private JobSocket jobSocket;

    private Application(Settings settings, Installation installation) {
        this.settings = settings;
        this.installation = installation;
        // Camel's own adds a hook to the JVM that is never taken back, and would keep what was closed
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        if (!settings.variables().isEmpty()) {
            LOG.info(
                    "From environment variables: {}",
                    String.join(", ", new TreeSet<>(settings.variables().values())));
        }
    }

    /**
     * Checks the configuration and starts the job; nothing is called before everything has been checked.
     *
     * @param routes folder with {@code *.camel.yaml} and {@code kamelets/}
     * @throws ConfigurationException when something in the configuration cannot be used
     */
    public static Application start(Settings settings, Path routes) {
        Application application = null;
        try {
            Extensions.say(LOG);
            Optional<ManagementPage> page =
                    Management.port(settings) == 0 ? Optional.empty() : Optional.of(new ManagementPage(settings));
            application = new Application(settings, Installation.open(settings, routes));
            application.jobSocket = application.openSocket();
            Installation installation = application.installation;
            new Management(settings).observe(installation, application.main);
            Commands commands = application.byHttp();
            application.camelStart().start(routes, camel -> {}, camel -> {
                camel.getRouteController().startAllRoutes();
                installation.ready();
                if (settings.choice("routes.reload", "false", "true").equals("true")) {
                    RouteReload.of(camel, routes, installation);
                }
                page.ifPresent(one ->
                        one.serve(camel.hasService(ManagementHttpServer.class).getRouter(), commands));
            });
            return application;
        } catch (RuntimeException e) {
            if (application != null) {
                application.close();
            }
            throw e instanceof ConfigurationException own ? settings.explained(own) : e;
        }
    }

    /**
     * Reads configuration and routes as a start does, with a store in memory and nothing called, listened to or consumed.
     *
     * @throws ConfigurationException with a line for each mistake
     */
    public static void check(Settings settings, Path routes) {
        Settings nothing = Installation.apart(settings);
        try (Application application = new Application(nothing, Installation.openForCheck(nothing, routes))) {
            // Beside a job's own, it would be told of under another name
            application.main.configure().withJmxEnabled(false);
            application.camelStart().start(routes, camel -> {}, camel -> {});
        }
    }

    /**
     * The job for a try: the service's routes and those that they call run, and nothing else is listened to or served.
     *
     * @param prepare the context, before the routes are there
     */
    static Application forTrial(Settings settings, Path routes, Consumer<CamelContext> prepare) {
        Application application = new Application(settings, Installation.open(settings, routes));
        application.main.configure().withJmxEnabled(false);
        try {
            application.camelStart().start(routes, prepare, camel -> {
                List<RouteDefinition> all = camel.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinitions();
                for (String scheme : List.of("direct:", "kamelet:", "pending-lookup:", "hendelsesliste:")) {
                    for (RouteDefinition route : all) {
                        if (route.getInput().getEndpointUri().startsWith(scheme)) {
                            camel.getRouteController().startRoute(route.getRouteId());
                        }
                    }
                }
            });
            return application;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    private CamelStart camelStart() {
        return new CamelStart(main, settings, installation);
    }

    /** @param changes whether what is asked for is to be looked at, and to be on disk, before it is said to be done */
    private JobCommands commands(boolean changes) {
        OperatorAccess.Operator operator = new OperatorAccess.Operator(
                installation.parked(), installation.operator(), installation.hash(), settings, true);
        return new JobCommands((arguments, input, work, out) -> {
            int exitCode = work.run(operator, out);
            if (changes) {
                installation.wakeOperations();
                installation.flush();
            }
            return exitCode;
        });
    }

    private Commands byHttp() {
        JobCommands looking = commands(false);
        JobCommands doing = commands(true);
        return new Commands() {
            @Override
            public Said show(List<String> arguments) {
                StringWriter said = new StringWriter();
                return new Said(looking.show(arguments, new PrintWriter(said, true)), said.toString());
            }

            @Override
            public Said run(List<String> arguments, @Nullable String input) {
                StringWriter said = new StringWriter();
                return new Said(doing.run(arguments, input, new PrintWriter(said, true)), said.toString());
            }
        };
    }

    private JobSocket openSocket() {
        return H2File.of(settings.get("store.url"))
                .flatMap(file -> JobSocket.open(file.operator(), commands(true), alerts()))
                .orElse(null);
    }

    public Settings settings() {
        return settings;
    }

    /** @param out takes lines fit for a person and without personal data */
    public Progress progress(Consumer<String> out) {
        return new Progress(
                statistics(),
                () -> {
                    Overview.Seen seen = operator().overview().now();
                    return list -> seen.of(list.service(), list.organisation()).pending;
                },
                gateway().maxInFlight(),
                out);
    }

    /** How many lookups of a service are pending. */
    public long pending(String service, String organisation) {
        return installation.pending(service, organisation);
    }

    public Statistics statistics() {
        return installation.statistics();
    }

    public Alerts alerts() {
        return installation.alerts();
    }

    public Gateway gateway() {
        return installation.gateway();
    }

    public Store store() {
        return installation.store();
    }

    /** What operators ask for, and the states that they have put services into. */
    public OperatorParts operator() {
        return installation.operator();
    }

    public CamelContext camel() {
        return main.getCamelContext();
    }

    /** What is under way is finished if that is soon (20 s), or stays pending; nothing new is begun. */
    @Override
    public void close() {
        if (jobSocket != null) {
            jobSocket.close();
        }
        gateway().close();
        main.stop();
        installation.close();
    }
}

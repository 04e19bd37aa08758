package no.delingsruter.app;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Consumer;
import no.delingsruter.check.RouteProblem;
import no.delingsruter.check.RouteRules;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.InstallationMetrics;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.installation.OwnFailures;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Metrics;
import no.delingsruter.observation.Progress;
import no.delingsruter.observation.Statistics;
import no.delingsruter.page.Commands;
import no.delingsruter.page.ManagementPage;
import no.delingsruter.preflight.MachineChecks;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.store.H2File;
import no.delingsruter.store.Overview;
import no.delingsruter.store.Store;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program's job: an installation in a Camel context of its own, with health, metrics and a way in for the operator's commands. */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final int STOP_SECONDS = 20;

    /** Camel's own times of routes are histograms: all of them, for they have one name. */
    private static final MeterFilter TIMES = new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return id.getName().equals("camel.route.policy")
                    ? DistributionStatisticConfig.builder()
                            .serviceLevelObjectives(Arrays.stream(Metrics.BUCKETS)
                                    .mapToDouble(Duration::toNanos)
                                    .toArray())
                            .build()
                            .merge(config)
                    : config;
        }
    };

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
                    managementPort(settings) == 0 ? Optional.empty() : Optional.of(new ManagementPage(settings));
            application = new Application(settings, Installation.open(settings, routes));
            application.jobSocket = application.openSocket();
            application.observe();
            Installation installation = application.installation;
            Commands commands = application.byHttp();
            application.startCamel(routes, camel -> {}, camel -> {
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
            application.startCamel(routes, camel -> {}, camel -> {});
        }
    }

    private interface Starting {
        void start(CamelContext camel) throws Exception;
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
            application.startCamel(routes, prepare, camel -> {
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

    /** The server of health and metrics keeps files there, and says of a folder that cannot be written no more than its name. */
    private static void temporaryFolder() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "delingsruter", null));
        } catch (IOException e) {
            throw new ConfigurationException("management.port: health and metrics need a temporary folder, and "
                    + folder + " cannot be written; name another one by -Djava.io.tmpdir=DIR.");
        }
    }

    private void observe() {
        if (managementPort(settings) == 0) {
            return;
        }
        temporaryFolder();
        MachineChecks.portRefused(settings).ifPresent(why -> {
            throw new ConfigurationException(why + ".");
        });
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(TIMES);
        InstallationMetrics.bind(installation, registry);
        main.bind("metricsRegistry", registry);
    }

    /**
     * On this machine alone unless management.host says otherwise. Page and API are no Camel routes: camel-platform-http 4.18.0 has
     * published weaknesses.
     */
    private Map<String, Object> management() {
        Map<String, Object> result = new LinkedHashMap<>();
        int port = managementPort(settings);
        if (port > 0) {
            result.put("camel.management.enabled", true);
            result.put("camel.management.host", settings.get("management.host"));
            result.put("camel.management.port", port);
            result.put("camel.management.healthCheckEnabled", true);
            result.put("camel.management.metricsEnabled", true);
            result.put("camel.metrics.enabled", true);
            result.put("camel.metrics.enableMessageHistory", false);
            // Its tags are endpoint addresses, and a step of a user's may put a key into one
            result.put("camel.metrics.enableExchangeEventNotifier", false);
            result.put("camel.health.exposureLevel", "full");
        }
        return result;
    }

    private static int managementPort(Settings settings) {
        return Integer.parseInt(settings.get("management.port"));
    }

    /** All routes are there, and what cannot work in them is said, before the first of them runs. */
    private void startCamel(Path routes, Consumer<CamelContext> prepare, Starting starting) {
        Properties camels = new Properties();
        settings.values().forEach((key, value) -> {
            if (key.startsWith("camel.")) {
                camels.put(key, value);
            }
        });
        main.setOverrideProperties(camels);
        main.setDefaultPropertyPlaceholderLocation("false");
        Map<String, Object> initial = new LinkedHashMap<>();
        initial.put("camel.component.kamelet.location", "file:" + routes.resolve("kamelets") + ",classpath:kamelets");
        for (String http : List.of("http", "https")) {
            // What a route of the user's calls may be slow, but not without end, and is never called twice unasked
            initial.put("camel.component." + http + ".automaticRetriesDisabled", true);
            initial.put(
                    "camel.component." + http + ".connectTimeout",
                    settings.duration("skatteetaten.connect-timeout").toMillis());
            initial.put(
                    "camel.component." + http + ".responseTimeout",
                    settings.duration("skatteetaten.request-timeout").toMillis());
        }
        initial.putAll(management());
        main.setInitialProperties(initial);
        main.configure()
                .withName("delingsruter")
                .withShutdownTimeout(STOP_SECONDS)
                .withSourceLocationEnabled(true)
                .withAutoStartup(false);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                CamelContext camel = starting.getCamelContext();
                installation.addTo(camel);
                // Users' own routes, too, are this program's: a failure is said once, by the consumer that it comes
                // back to
                camel.getCamelContextExtension().setErrorHandlerFactory(OwnFailures.handler());
                camel.getRegistry()
                        .bind("database", camel.getRegistry().lookupByName(Installation.PREFIX + "database"));
                prepare.accept(camel);
            }
        });
        try {
            main.start();
            installation.loadRoutes(camel());
            RouteProblem.refuse(RouteRules.problems(camel(), DeliveryEndpoints.of(settings)));
            starting.start(camel());
        } catch (Exception e) {
            throw routeProblem(e);
        }
    }

    /** Own exceptions keep their sentence; Camel's are cut down to theirs. */
    private static RuntimeException routeProblem(Exception e) {
        Throwable root = e;
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ConfigurationException configuration) {
                return configuration;
            }
            root = t;
        }
        return new ConfigurationException("The routes cannot be started: "
                + String.valueOf(root.getMessage()).lines().findFirst().orElse("") + ".");
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

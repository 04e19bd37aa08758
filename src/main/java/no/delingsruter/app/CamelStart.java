package no.delingsruter.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import no.delingsruter.check.RouteProblem;
import no.delingsruter.check.RouteRules;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.OwnFailures;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** Starts the program's Camel context, with an installation in it. */
record CamelStart(Main main, Settings settings, Installation installation) {
    private static final int STOP_SECONDS = 20;

    /** What lets the routes run. */
    interface Starting {
        void start(CamelContext camel) throws Exception;
    }

    /**
     * All routes are there, and what cannot work in them is said, before the first of them runs.
     *
     * @param prepare the context, before the routes are there
     * @param running what lets them run
     * @throws ConfigurationException when they cannot be started
     */
    void start(Path routes, Consumer<CamelContext> prepare, Starting running) {
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
        initial.putAll(new Management(settings).properties());
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
            installation.loadRoutes(main.getCamelContext());
            RouteProblem.refuse(RouteRules.problems(main.getCamelContext(), DeliveryEndpoints.of(settings)));
            running.start(main.getCamelContext());
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
}

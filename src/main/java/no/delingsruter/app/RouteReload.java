package no.delingsruter.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.support.ProcessEnd;
import org.apache.camel.CamelContext;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes routes and Kamelets anew whenever one of their files is saved, without a restart. What cannot work is found out first, in a
 * context of its own, as the command check does; the routes that run stay then. Lookups and pages that are under way are finished
 * or stay pending, as at an orderly stop.
 */
final class RouteReload {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    private static final String NAME = "routes.reload";
    private static final String SAVED = "Saved routes";
    /** An editor saves in several steps, and several files one after another. */
    private static final int QUIET_MILLIS = 200;

    private final CamelContext camel;
    private final Settings settings;
    private final Path routes;
    private final Installation installation;
    private final List<Object> lookups;
    private Map<Path, String> taken;

    private RouteReload(CamelContext camel, Path routes, Installation installation) {
        this.camel = camel;
        this.settings = installation.settings();
        this.routes = routes;
        this.installation = installation;
        this.taken = texts();
        this.lookups = lookups(Catalogue.read(routes, settings));
    }

    /** @param camel with the routes of the folder; watches it until it stops */
    static void of(CamelContext camel, Path routes, Installation installation) throws Exception {
        RouteReload reload = new RouteReload(camel, routes, installation);
        FileWatcherResourceReloadStrategy watcher = new FileWatcherResourceReloadStrategy(routes.toString(), true);
        watcher.setFileFilter(file -> file.getName().endsWith(".yaml"));
        watcher.setPollTimeout(QUIET_MILLIS);
        watcher.setResourceReload((name, resource) -> reload.saved());
        camel.addService(watcher);
        LOG.info("{}: routes and Kamelets saved in {} take effect at once", NAME, routes);
    }

    /** The same files are taken once, however often they are told of. */
    private void saved() throws InterruptedException {
        Map<Path, String> now = texts();
        for (Map<Path, String> before = Map.of(); !now.equals(before); now = texts()) {
            before = now;
            Thread.sleep(QUIET_MILLIS);
        }
        if (now.equals(taken)) {
            return;
        }
        taken = now;
        Catalogue described;
        try {
            Application.check(settings, routes);
            described = Catalogue.read(routes, settings);
        } catch (ConfigurationException e) {
            refused(e.getMessage());
            return;
        }
        if (!lookups(described).equals(lookups)) {
            refused("other lookups than before need a new start");
            return;
        }
        take(described);
    }

    /** Each time in the log, for who saves looks there; status and health have it until it is mended. */
    private void refused(String why) {
        LOG.warn("{}: not taken, the routes before go on: {}", NAME, why);
        installation.alerts().begins(SAVED, "not taken, those before go on; the log says why and where");
    }

    private void take(Catalogue described) {
        try {
            // Together: one by one, a route that is called would be gone before those that call it
            camel.getShutdownStrategy()
                    .shutdown(camel, camel.getCamelContextExtension().getRouteStartupOrder());
            camel.getRouteController().removeAllRoutes();
            camel.removeRouteTemplates("*");
            camel.getEndpointRegistry().clear();
            installation.loadRoutes(camel, described);
            camel.getRouteController().startAllRoutes();
            installation.alerts().ends(NAME);
            installation.alerts().ends(SAVED, "taken");
            LOG.info("{}: taken", NAME);
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            String why = e instanceof ConfigurationException ? e.getMessage() : Logging.cause(e);
            installation
                    .alerts()
                    .begins(NAME, "the routes cannot be started: " + why + "; mend and save them", Severity.STANDSTILL);
        }
    }

    /** What store and operators know from the start. */
    private List<Object> lookups(Catalogue described) {
        List<String> services = installation.services();
        return List.of(described.lanes(settings, services), described.needingEvent(settings, services));
    }

    /** What cannot be read is being replaced, and told of again. */
    private Map<Path, String> texts() {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(routes)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                texts.put(file, Files.readString(file));
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", NAME, e.toString());
        }
        return texts;
    }
}

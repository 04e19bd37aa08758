package no.delingsruter.installation;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import no.delingsruter.camel.InstalledParts;
import no.delingsruter.camel.LeaseClusterService;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.camel.StatementEndpoint;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.delivery.OutgoingHeaders;
import no.delingsruter.observation.AlertsHealthCheck;
import no.delingsruter.observation.OpenTelemetrySpans;
import no.delingsruter.observation.Spans;
import no.delingsruter.observation.WatchdogHealthCheck;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.list.Lists;
import no.delingsruter.skatteetaten.lookup.Lookups;
import no.delingsruter.skatteetaten.lookup.RecordDelivery;
import no.delingsruter.store.Dialect;
import no.delingsruter.store.PageCommitter;
import no.delingsruter.watch.WatchRequests;
import no.delingsruter.work.Backoff;
import no.delingsruter.work.PageStore;
import no.delingsruter.work.PendingLookups;
import no.delingsruter.work.ResultGroup;
import no.delingsruter.work.Transactions;
import org.apache.camel.CamelContext;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.model.Model;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/** What the routes find of an installation in their Camel context: beans, properties, and what watches over the routes. */
final class ContextBinding {
    private final ConfiguredServices configured;
    private final Settings settings;
    private final InstallationParts parts;

    ContextBinding(ConfiguredServices configured, InstallationParts parts) {
        this.configured = configured;
        this.settings = configured.settings();
        this.parts = parts;
    }

    /** @param routes folder with statements of the user's own; null for none */
    void addTo(CamelContext camel, @Nullable Path routes) {
        Spans spans = OpenTelemetrySpans.of(camel);
        camel.getCamelContextExtension()
                .addContextPlugin(
                        InstalledParts.class,
                        new InstalledParts(
                                settings,
                                parts.gateway,
                                lookups(),
                                parts.watchList,
                                parts.lists,
                                () -> parts.operator.status(
                                        parts.operator.overview().recent()),
                                spans));
        PropertiesComponent properties = camel.getPropertiesComponent();
        properties.addPropertiesSource(new SettingsSource(settings));
        properties.addPropertiesSource(
                new StatementsSource(StatementEndpoint.STATEMENTS, routes, configured.receivers()));
        properties.addPropertiesSource(new StatementsSource(
                StatementEndpoint.STORE_STATEMENTS, routes, Dialect.of("store", settings.get("store.url"))));
        bind(camel.getRegistry());
        LeaseClusterService cluster = new LeaseClusterService(parts.leases.name, parts.leases.leases, parts.alerts);
        bind(camel.getRegistry(), "cluster", cluster);
        addUnlessOther(camel, cluster);
        parts.operator.redelivery().to(new Receivers(camel, parts.delivery));
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        OwnFailures failures = new OwnFailures(configured.catalogue().files(configured.services(), settings));
        model.getRouteDefinitions().forEach(failures::onAddRouteDefinition);
        model.addModelLifecycleStrategy(failures);
        camel.getCamelContextExtension().addInterceptStrategy(new RouteSteps(parts.alerts, spans));
        camel.addLifecycleStrategy(new OutgoingHeaders(settings.list("delivery.headers")));
        camel.setVariable(RouteSteps.ENDPOINTS, DeliveryEndpoints.of(settings));
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                parts.leave();
                cluster.leave();
            }

            @Override
            public void onContextStopped(CamelContext context) {
                parts.close();
            }
        });
    }

    /** {@code master:} takes the only one of a context: an application's own goes first. */
    private static void addUnlessOther(CamelContext camel, LeaseClusterService cluster) {
        if (camel.hasService(CamelClusterService.class) == null) {
            try {
                camel.addService(cluster);
            } catch (Exception e) {
                throw new IllegalStateException("The cluster service cannot be started", e);
            }
        }
    }

    private static void bind(Registry registry, String name, Object bean) {
        registry.bind(Installation.PREFIX + name, bean);
    }

    private void bind(Registry registry) {
        OpenStore open = parts.open;
        Skatteetaten skatteetaten = new Skatteetaten(settings, parts.gateway);
        PageCommitter committer = new PageCommitter(open.store, open.connections, open.transactions);
        PageStore pages =
                new PageStore(open.store, committer, parts.watchList::keepWatched, parts.arrivals, parts.statistics);
        bind(
                registry,
                "lists",
                new Lists(skatteetaten, pages, parts.alerts, configured::scopes, parts.watchList::fields));
        bind(registry, "lookups", new Lookups(skatteetaten, parts.statistics, parts.alerts, parts.delivery));
        bind(registry, "records", new RecordDelivery(parts.delivery));
        bind(registry, "watch-list", parts.watchList);
        bind(
                registry,
                "watch-requests",
                new WatchRequests(
                        parts.watchList,
                        open.durability::flush,
                        Path.of(settings.get("watch.directory")),
                        parts.alerts));
        bind(registry, "json-lines", parts.files);
        bind(registry, "alerts", parts.alerts);
        bind(registry, "database", open.receiver);
        bind(registry, "store", open.joined);
        for (String key : List.of("jms.user", "jms.password", "amqp.user", "amqp.password")) {
            registry.bind(Installation.PREFIX + "now-" + key, Supplier.class, settings.current(key));
        }
        bind(registry, "health", new AlertsHealthCheck(parts.alerts));
        bind(registry, "watchdog", new WatchdogHealthCheck(parts.watchdog));
    }

    private PendingLookups lookups() {
        OpenStore open = parts.open;
        Transactions transactions = work -> open.transactions.execute(status -> {
            Throwable failure = work.get();
            if (failure != null) {
                status.setRollbackOnly();
            }
            return failure;
        });
        return new PendingLookups(
                open.store,
                transactions,
                open.groups ? new ResultGroup(open.store, transactions) : null,
                service -> configured.organisations(),
                configured::lookups,
                configured::pause,
                settings.positive("lookup.tries"),
                settings.positive("lookup.busy-tries"),
                settings.positive("lookup.workers"),
                new Backoff(settings.duration("lookup.first-pause"), settings.duration("lookup.longest-pause")),
                parts.statistics,
                parts.alerts,
                parts.arrivals,
                parts.watchList::wants,
                parts.answers,
                parts.leases.leases,
                parts.operator.states(),
                parts.operator.later());
    }
}

package no.delingsruter.installation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import no.delingsruter.camel.InstalledParts;
import no.delingsruter.camel.LeaseClusterService;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.camel.StatementEndpoint;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.catalogue.Units;
import no.delingsruter.check.RouteLoader;
import no.delingsruter.check.RouteProblem;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.delivery.DeliveryMessage;
import no.delingsruter.delivery.OutgoingHeaders;
import no.delingsruter.delivery.ResultFiles;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.AlertsHealthCheck;
import no.delingsruter.observation.OpenTelemetrySpans;
import no.delingsruter.observation.Spans;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Watchdog;
import no.delingsruter.observation.WatchdogHealthCheck;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.list.Lists;
import no.delingsruter.skatteetaten.lookup.Lookups;
import no.delingsruter.skatteetaten.lookup.RecordDelivery;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.Dialect;
import no.delingsruter.store.InstallationSecret;
import no.delingsruter.store.PageCommitter;
import no.delingsruter.store.Parked;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreAddress;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.KeyedHash;
import no.delingsruter.watch.WatchList;
import no.delingsruter.watch.WatchRequests;
import no.delingsruter.work.Backoff;
import no.delingsruter.work.LaneStates;
import no.delingsruter.work.Lanes;
import no.delingsruter.work.Lease;
import no.delingsruter.work.LeaseKeeper;
import no.delingsruter.work.ListRoutes;
import no.delingsruter.work.OperationKeeper;
import no.delingsruter.work.PageNotifier;
import no.delingsruter.work.PageStore;
import no.delingsruter.work.PendingLookups;
import no.delingsruter.work.ResultGroup;
import no.delingsruter.work.Transactions;
import org.apache.camel.CamelContext;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delingsruter in a Camel context, the program's or an application's own: a store, the gateway, the watch list, and what the routes find
 * in the context's registry, each under a name that begins with {@code delingsruter-}. Several contexts of one JVM may have one each,
 * with a store each. It ends with its context.
 */
public final class Installation implements AutoCloseable {
    /** Before the names of all beans. */
    public static final String PREFIX = "delingsruter-";

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    private final Settings settings;
    private final @Nullable Path routes;
    private final Catalogue catalogue;
    private final List<String> services;
    private final Statistics statistics = new Statistics();
    private final Alerts alerts = new Alerts();
    private final Gateway gateway;
    private final OperatorParts operator;
    private final InstanceLeases leases;
    private final OpenStore open;
    private final byte[] secret;
    private final WatchList watchList;
    private final ResponseJournal answers;
    private final OperationKeeper keeper;
    private final BooksCheck books;
    private final Watchdog watchdog;
    private final PageNotifier arrivals = new PageNotifier();
    private final DeliveryMessage delivery;
    private final ListRoutes lists = new ListRoutes();
    private final ResultFiles files;
    private boolean closed;

    private Installation(Settings given, Path routes, Function<Settings, Gateway.Tokens> tokens) {
        this(given, routes, Catalogue.read(routes, given), tokens, null);
    }

    private Installation(
            Settings given,
            @Nullable Path routes,
            Catalogue catalogue,
            Function<Settings, Gateway.Tokens> tokens,
            @Nullable ApplicationDatabase application) {
        this.routes = routes;
        this.catalogue = catalogue;
        this.settings = ConfigurationValidator.adopted(given, catalogue);
        this.services = ConfigurationValidator.settings(settings, catalogue);
        Logging.show(organisations());
        this.files = ResultFiles.of(settings, alerts);
        CatalogueWarnings.warnings(settings, catalogue, services).forEach(LOG::warn);
        String name = InstanceLeases.newName();
        StoreAddress address = address().named(name);
        Units units = Units.of(catalogue);
        this.leases = new InstanceLeases(name, settings, address, units, this::slowest, alerts);
        this.gateway = new Gateway(
                settings.positive("skatteetaten.max-in-flight"),
                Skatteetaten.accept(settings),
                new WatchedTokens(tokens.apply(settings), alerts.watch("Tokens of Maskinporten")),
                alerts,
                leases.leases,
                this::mayCall);
        this.open = new OpenStore(settings, address, connections(), alerts, leases.fence, application);
        try {
            this.secret = InstallationSecret.of(open.connections, open.transactions);
            open.durability.flush();
            startsThatDoNotCount();
            this.delivery = new DeliveryMessage(secret);
            this.watchList = new WatchList(
                    open.store, open.connections, open.receiver, open.transactions, watchRules(), arrivals, alerts);
            this.answers = new ResponseJournal(
                    settings.find("store.answers").orElse(""),
                    settings.get("store.url"),
                    secret,
                    open.store,
                    open.durability,
                    alerts.watch("Kept answers"));
            this.operator = new OperatorParts(
                    open.connections,
                    open.transactions,
                    new Lanes(catalogue.lanes(settings, services), catalogue.needingEvent(settings, services)),
                    OperatorParts.Job.of(
                            settings,
                            name,
                            lists,
                            leases.leases,
                            arrivals,
                            statistics,
                            alerts,
                            new OperatorParts.Calls(gateway.maxInFlight(), this::calls)));
            this.operator.states().refresh();
            this.keeper = operator.keeper(open.store);
            this.books = new BooksCheck(
                    open.store.books(),
                    alerts,
                    () -> leases.leases.ofLeader(PREFIX + "books").epoch() != Lease.NONE);
            this.watchdog = new Watchdog(alerts, longestSilence());
        } catch (StoreException e) {
            open.close();
            throw new ConfigurationException(
                    "store.url: " + e.getMessage() + "; not started, so that nothing is read twice or skipped.");
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private StoreAddress address() {
        try {
            return StoreAddress.await(
                    settings.get("store.url"),
                    settings.find("store.user").orElse(""),
                    settings.current("store.password"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Stopped while store.url is out of reach.");
        }
    }

    private List<OperatorParts.Open> calls(Scope list) {
        return catalogue.apis().getOrDefault(list.service(), Set.of()).stream()
                .map(Gateway::group)
                .distinct()
                .map(group -> {
                    Gateway.Id id = new Gateway.Id(group, list.organisation());
                    return new OperatorParts.Open(group, gateway.inFlight(id), gateway.slots(id));
                })
                .toList();
    }

    private boolean mayCall(String service, String organisation, String lookup) {
        LaneStates states = operator.states();
        return lookup.isEmpty() ? states.reads(service, organisation) : states.looksUp(service, organisation, lookup);
    }

    private Dialect receivers() {
        String store = settings.get("store.url");
        String database = settings.find("database.url").orElse(store);
        return database.equals(store) ? Dialect.of("store", store) : Dialect.of("database", database);
    }

    private Duration slowest() {
        return gateway.slowest();
    }

    /**
     * Checks the configuration and opens the store; nothing is called before everything has been checked.
     *
     * @param routes folder with {@code *.camel.yaml}, where services are described
     * @throws ConfigurationException when something in the configuration cannot be used
     */
    public static Installation open(Settings settings, Path routes) {
        return new Installation(settings, routes, OrganisationTokens::new);
    }

    /** The same settings with nothing of the job's own in them: a store in memory, no answers kept, nothing served, no receiving database. */
    public static Settings apart(Settings settings) {
        Map<String, String> apart = new LinkedHashMap<>();
        List.of("store.user", "store.password", "database.url").forEach(key -> apart.put(key, ""));
        apart.put("store.url", "jdbc:h2:mem:apart-" + UUID.randomUUID());
        apart.put("store.answers", "none");
        apart.put("management.port", "0");
        return settings.with(apart);
    }

    /** An installation that needs no key and can call nothing, for a look at its routes. */
    public static Installation openForCheck(Settings settings, Path routes) {
        return new Installation(settings, routes, any -> OrganisationTokens.NONE);
    }

    /**
     * The same for an application that loads its routes itself.
     *
     * @param catalogue   what those routes describe
     * @param application its database, to be the store, too; null for a store of its own
     * @param tokens      null for those of Maskinporten
     * @throws ConfigurationException when something in the configuration cannot be used
     */
    public static Installation open(
            Settings settings,
            Catalogue catalogue,
            @Nullable ApplicationDatabase application,
            Gateway.@Nullable Tokens tokens) {
        return new Installation(
                settings,
                null,
                catalogue,
                adopted -> tokens == null ? new OrganisationTokens(adopted) : tokens,
                application);
    }

    /**
     * Opens an installation in a context and loads the routes of the configured services into it. They run when the context does.
     *
     * @throws ConfigurationException when something in the configuration or in a route cannot be used
     */
    public static Installation start(CamelContext camel, Settings settings, Path routes) {
        return started(camel, open(settings, routes), installation -> installation.loadRoutes(camel));
    }

    /** The same, with tokens from elsewhere. */
    public static Installation start(CamelContext camel, Settings settings, Path routes, Gateway.Tokens tokens) {
        return started(
                camel,
                new Installation(settings, routes, any -> tokens),
                installation -> installation.loadRoutes(camel));
    }

    /** @param routes brings those that are not in the context yet */
    static Installation started(CamelContext camel, Installation installation, Consumer<Installation> routes) {
        try {
            installation.addTo(camel);
            routes.accept(installation);
            installation.startWith(camel);
            return installation;
        } catch (Exception e) {
            installation.close();
            throw e instanceof ConfigurationException own ? own : new IllegalStateException(e);
        }
    }

    /** Begins its work when the context's routes run. */
    public void startWith(CamelContext camel) throws Exception {
        camel.addStartupListener((context, alreadyStarted) -> ready());
    }

    /** Makes the context one with this installation; before any of its routes is made of its definition. */
    public void addTo(CamelContext camel) {
        Spans spans = OpenTelemetrySpans.of(camel);
        camel.getCamelContextExtension()
                .addContextPlugin(
                        InstalledParts.class,
                        new InstalledParts(
                                settings,
                                gateway,
                                lookups(),
                                watchList,
                                lists,
                                () -> operator.status(operator.overview().recent()),
                                spans));
        camel.getPropertiesComponent().addPropertiesSource(new SettingsSource(settings));
        camel.getPropertiesComponent()
                .addPropertiesSource(new StatementsSource(StatementEndpoint.STATEMENTS, routes, receivers()));
        camel.getPropertiesComponent()
                .addPropertiesSource(new StatementsSource(
                        StatementEndpoint.STORE_STATEMENTS, routes, Dialect.of("store", settings.get("store.url"))));
        bind(camel.getRegistry());
        LeaseClusterService cluster = new LeaseClusterService(leases.name, leases.leases, alerts);
        camel.getRegistry().bind(PREFIX + "cluster", cluster);
        addUnlessOther(camel, cluster);
        operator.redelivery().to(new Receivers(camel, delivery));
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        OwnFailures failures = new OwnFailures(catalogue.files(services, settings));
        model.getRouteDefinitions().forEach(failures::onAddRouteDefinition);
        model.addModelLifecycleStrategy(failures);
        camel.getCamelContextExtension().addInterceptStrategy(new RouteSteps(alerts, spans));
        camel.addLifecycleStrategy(new OutgoingHeaders(settings.list("delivery.headers")));
        camel.setVariable(RouteSteps.ENDPOINTS, DeliveryEndpoints.of(settings));
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                watchdog.close();
                gateway.close();
                leases.leave();
                cluster.leave();
            }

            @Override
            public void onContextStopped(CamelContext context) {
                close();
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

    /** @throws ConfigurationException with a line for each file that cannot be loaded, or is not */
    public void loadRoutes(CamelContext camel) {
        loadRoutes(camel, catalogue);
    }

    /**
     * The same when files have changed since the start.
     *
     * @param described what is in them now
     */
    public void loadRoutes(CamelContext camel, Catalogue described) {
        Path folder = Objects.requireNonNull(routes);
        List<RouteProblem> problems = new ArrayList<>(RouteLoader.notLoaded(folder));
        RouteLoader loader = new RouteLoader(camel);
        problems.addAll(loader.load(described.files(services, settings)));
        problems.addAll(loader.loadUnused(folder.resolve("kamelets")));
        RouteProblem.refuse(problems);
    }

    /** The routes run, and have said what each lookup is by: the watch list may ask for first lookups, and the books are checked. */
    public void ready() {
        watchList.ready();
        leases.start();
        keeper.start();
        books.start();
        operator.overview().keep();
        watchdog.start();
    }

    private void bind(Registry registry) {
        Skatteetaten skatteetaten = new Skatteetaten(settings, gateway);
        PageCommitter committer = new PageCommitter(open.store, open.connections, open.transactions);
        PageStore pages = new PageStore(open.store, committer, watchList::keepWatched, arrivals, statistics);
        registry.bind(PREFIX + "lists", new Lists(skatteetaten, pages, alerts, this::scopes, watchList::fields));
        registry.bind(PREFIX + "lookups", new Lookups(skatteetaten, statistics, alerts, delivery));
        registry.bind(PREFIX + "records", new RecordDelivery(delivery));
        registry.bind(PREFIX + "watch-list", watchList);
        registry.bind(
                PREFIX + "watch-requests",
                new WatchRequests(watchList, open.durability::flush, Path.of(settings.get("watch.directory")), alerts));
        registry.bind(PREFIX + "json-lines", files);
        registry.bind(PREFIX + "alerts", alerts);
        registry.bind(PREFIX + "database", open.receiver);
        registry.bind(PREFIX + "store", open.joined);
        for (String key : List.of("jms.user", "jms.password", "amqp.user", "amqp.password")) {
            registry.bind(PREFIX + "now-" + key, Supplier.class, settings.current(key));
        }
        registry.bind(PREFIX + "health", new AlertsHealthCheck(alerts));
        registry.bind(PREFIX + "watchdog", new WatchdogHealthCheck(watchdog));
    }

    /** Each checkpoint is read, which the start needs. */
    private void startsThatDoNotCount() {
        List<String> keys = new ArrayList<>();
        for (String service : services) {
            for (String organisation : organisations()) {
                boolean begun = open.store.checkpoint(service, organisation).isPresent();
                String key = service + ".start";
                String own = "organisation." + organisation + "." + key;
                if (begun && settings.find(own).isPresent()) {
                    keys.add(own);
                } else if (begun && settings.values().containsKey(key)) {
                    keys.add(organisations().size() == 1 ? key : key + " of " + organisation);
                }
            }
        }
        if (!keys.isEmpty()) {
            LOG.info(
                    "{}: counts for a list that was never read; these were, and go on where they are. To move one: position set",
                    String.join(", ", keys));
        }
    }

    private PendingLookups lookups() {
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
                service -> organisations(),
                service -> catalogue
                        .service(service)
                        .map(found -> Catalogue.lookups(settings, found))
                        .orElse(Set.of()),
                this::pause,
                settings.positive("lookup.tries"),
                settings.positive("lookup.busy-tries"),
                settings.positive("lookup.workers"),
                new Backoff(settings.duration("lookup.first-pause"), settings.duration("lookup.longest-pause")),
                statistics,
                alerts,
                arrivals,
                watchList::wants,
                answers,
                leases.leases,
                operator.states(),
                operator.later());
    }

    /** Nothing is stalled before it could have waited for three calls. */
    private Duration longestSilence() {
        Duration least = settings.duration("watchdog.longest-silence");
        Duration calls = settings.duration("skatteetaten.request-timeout").multipliedBy(3);
        return least.compareTo(calls) > 0 ? least : calls;
    }

    private Duration pause(String service) {
        return settings.duration(service + ".poll-interval");
    }

    private Set<String> scopes(String service) {
        return catalogue
                .service(service)
                .map(found -> Catalogue.lookups(settings, found).stream()
                        .map(lookup -> found.lookups().get(lookup).parameters().getOrDefault("scope", ""))
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private WatchList.Rules watchRules() {
        Set<WatchList.Followed> all = services.stream()
                .flatMap(service ->
                        organisations().stream().map(organisation -> new WatchList.Followed(service, organisation)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<WatchList.Followed> followed = all.stream()
                .filter(one -> ConfigurationValidator.watched(settings, one.service(), one.organisation()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new WatchList.Rules(
                followed,
                all,
                service -> ConfigurationValidator.watchPeriods(settings, service),
                one -> leases.leases.of(one.service(), one.organisation()).epoch() != Lease.NONE);
    }

    /** Workers hold a connection only while they deliver; a few more for the lists and the operator. */
    public int connections() {
        return Math.min(
                30,
                settings.positive("lookup.workers")
                        + 2 * services.size() * organisations().size()
                        + 3);
    }

    public Settings settings() {
        return settings;
    }

    /** The services that run. */
    public List<String> services() {
        return services;
    }

    /** The organisations acted for. */
    public List<String> organisations() {
        return Catalogue.organisations(settings);
    }

    /** How many lookups of a service are pending. */
    public long pending(String service, String organisation) {
        return catalogue.service(service).stream()
                .flatMap(found -> found.lookups().keySet().stream())
                .mapToLong(lookup -> open.store.pending(service, organisation, lookup))
                .sum();
    }

    public Statistics statistics() {
        return statistics;
    }

    public Alerts alerts() {
        return alerts;
    }

    public Gateway gateway() {
        return gateway;
    }

    public Store store() {
        return open.store;
    }

    /** Whether every event that was read is accounted for. */
    public BooksCheck books() {
        return books;
    }

    /** The leases of this instance; empty where one process alone works on the store. */
    public Optional<LeaseKeeper> leases() {
        return leases.keeper();
    }

    /** Whether all that has work gets on. */
    public Watchdog watchdog() {
        return watchdog;
    }

    /** What operators ask for, and the states that they have put services into. */
    public OperatorParts operator() {
        return operator;
    }

    /** Looks at once for what operators have asked for. */
    public void wakeOperations() {
        keeper.wake();
    }

    /** What is parked, for an operator. */
    public Parked parked() {
        return new Parked(open.connections, open.transactions);
    }

    /** Names keys in what others may read. */
    public KeyedHash hash() {
        return new KeyedHash(secret);
    }

    /** Brings to disk what has been committed. */
    public void flush() {
        open.durability.flush();
    }

    /** No call begins after this; what is under way is pending again, unless the context that it runs in was stopped first. */
    @Override
    public synchronized void close() {
        gateway.close();
        if (!closed) {
            closed = true;
            watchdog.close();
            keeper.close();
            books.close();
            operator.overview().close();
            leases.close();
            open.close();
            files.close();
            answers.close();
            alerts.sayLast();
        }
    }
}

package no.delingsruter.app;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import no.delingsruter.camel.HendelseslisteComponent;
import no.delingsruter.camel.PendingLookupComponent;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.camel.SkatteetatenComponent;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.check.RouteLoader;
import no.delingsruter.check.RouteProblem;
import no.delingsruter.check.RouteRules;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.delivery.DeliveryMessage;
import no.delingsruter.delivery.HeaderParameters;
import no.delingsruter.delivery.JsonLines;
import no.delingsruter.delivery.KnownParameterCounts;
import no.delingsruter.delivery.OutgoingHeaders;
import no.delingsruter.logging.Logging;
import no.delingsruter.maskinporten.ActingFor;
import no.delingsruter.maskinporten.KeyMaterialException;
import no.delingsruter.maskinporten.MaskinportenSettings;
import no.delingsruter.maskinporten.TokenSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.AlertsHealthCheck;
import no.delingsruter.observation.Metrics;
import no.delingsruter.observation.Progress;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.list.Lists;
import no.delingsruter.skatteetaten.lookup.Lookups;
import no.delingsruter.skatteetaten.lookup.RecordDelivery;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.Databases;
import no.delingsruter.store.Durability;
import no.delingsruter.store.H2File;
import no.delingsruter.store.PageCommitter;
import no.delingsruter.store.Parked;
import no.delingsruter.store.SingleInstanceLock;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.store.h2.Checkpointer;
import no.delingsruter.support.KeyedHash;
import no.delingsruter.watch.WatchList;
import no.delingsruter.watch.WatchRequests;
import no.delingsruter.work.Backoff;
import no.delingsruter.work.PageNotifier;
import no.delingsruter.work.PageStore;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** The main job: the routes of the configured services on top of a store, the door and Maskinporten. */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final int STOP_SECONDS = 20;

    private final Settings settings;
    private final Catalogue catalogue;
    private final Runnable takenOver;
    private final Main main = new Main();
    private final Statistics statistics = new Statistics();
    private final Alerts alerts = new Alerts();
    private final List<HikariDataSource> databases = new ArrayList<>();
    private SingleInstanceLock onlyProcess;
    private JobSocket jobSocket;
    private Durability durability;
    private ResponseJournal answers;
    private Gateway gateway;
    private Store store;
    private BooksCheck books;

    private final boolean checking;

    private Application(Settings settings, Path routes, boolean checking, Runnable takenOver) {
        this.checking = checking;
        this.takenOver = takenOver;
        this.settings = settings;
        this.catalogue = Catalogue.read(routes);
    }

    /**
     * Checks the configuration and starts the job; nothing is called before everything has been checked.
     *
     * @param routes    folder with {@code *.camel.yaml} and {@code kamelets/}
     * @param takenOver run when another process has taken over the store while it was out of reach
     * @throws ConfigurationException when something in the configuration cannot be used
     */
    public static Application start(Settings settings, Path routes, Runnable takenOver) {
        Application application = new Application(settings, routes, false, takenOver);
        try {
            application.start(routes);
            return application;
        } catch (ConfigurationException e) {
            application.close();
            throw settings.explained(e);
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    /**
     * Reads configuration and routes as a start does, with a store in memory and nothing called, listened to or consumed.
     *
     * @throws ConfigurationException with a line for each mistake
     */
    public static void check(Settings settings, Path routes) {
        Settings nothing = settings.with(Map.of(
                "store.url",
                "jdbc:h2:mem:check",
                "store.user",
                "",
                "store.password",
                "",
                "store.answers",
                "none",
                "database.url",
                "",
                "management.port",
                "0"));
        try (Application application = new Application(nothing, routes, true, () -> {})) {
            application.start(routes);
        }
    }

    private void start(Path routes) {
        List<String> services = ConfigurationValidator.settings(settings, catalogue);
        CatalogueWarnings.warnings(settings, catalogue, services).forEach(LOG::warn);
        if (!settings.variables().isEmpty()) {
            LOG.info(
                    "From environment variables: {}",
                    String.join(", ", new TreeSet<>(settings.variables().values())));
        }
        Logging.show(Catalogue.organisations(settings));
        Backoff backoff =
                new Backoff(settings.duration("lookup.first-pause"), settings.duration("lookup.longest-pause"));
        gateway = new Gateway(
                settings.positive("skatteetaten.max-in-flight"),
                Skatteetaten.accept(settings),
                checking ? noTokens() : tokensOf(tokens()),
                alerts);
        // Before the schema is brought up to date: another process may be working with an older one
        onlyProcess = onlyProcess();
        HikariDataSource pool = Databases.openStore(
                "store", settings.get("store.url"), text("store.user"), text("store.password"), connections(services));
        databases.add(pool);
        durability = H2File.of(settings.get("store.url")).isPresent()
                ? new Checkpointer(pool, alerts)
                : Durability.ofServer(pool);
        LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(durability.connections());
        TransactionTemplate transactions = durability.transactions(lazy);
        store = new Store(lazy, transactions);
        byte[] secret;
        try {
            secret = store.installationSecret();
            durability.flush();
            for (String service : services) {
                Catalogue.organisations(settings).forEach(organisation -> store.checkpoint(service, organisation));
            }
        } catch (StoreException e) {
            throw new ConfigurationException(
                    "store.url: " + e.getMessage() + "; not started, so that nothing is read twice or skipped.");
        }
        PageNotifier arrivals = new PageNotifier();
        DataSource receiver = receiver(lazy);
        WatchList watchList =
                new WatchList(store, lazy, receiver, transactions, watchRules(services), arrivals, alerts);
        main.bind("routeSteps", new RouteSteps());
        main.bind("watchList", watchList);
        main.bind(
                "watchRequests",
                new WatchRequests(watchList, durability::flush, Path.of(settings.get("watch.directory")), alerts));
        answers = new ResponseJournal(text("store.answers"), settings.get("store.url"), secret, store, durability);
        DeliveryMessage delivery = new DeliveryMessage(secret);
        Skatteetaten skatteetaten = new Skatteetaten(settings, gateway);
        PageCommitter committer = new PageCommitter(store, lazy, transactions);
        PageStore pages = new PageStore(store, committer, watchList::keepWatched, arrivals, statistics);
        main.bind("lists", new Lists(skatteetaten, pages, alerts, this::scopes));
        main.bind("lookups", new Lookups(skatteetaten, statistics, alerts, delivery));
        main.bind("jsonLines", new JsonLines(Path.of(settings.get("file.directory"))));
        main.bind("recordDelivery", new RecordDelivery(delivery));
        main.bind("database", new KnownParameterCounts(receiver));
        main.bind("headerParameters", new HeaderParameters());
        main.bind("skatteetaten-component", new SkatteetatenComponent(settings, gateway));
        main.bind(
                "pending-lookup-component",
                new PendingLookupComponent(
                        new PendingLookups(
                                store,
                                work -> transactions.execute(status -> {
                                    Throwable failure = work.get();
                                    if (failure != null) {
                                        status.setRollbackOnly();
                                    }
                                    return failure;
                                }),
                                service -> Catalogue.organisations(settings),
                                this::lookups,
                                this::pause,
                                settings.positive("lookup.tries"),
                                settings.positive("lookup.busy-tries"),
                                settings.positive("lookup.workers"),
                                backoff,
                                statistics,
                                alerts,
                                arrivals,
                                watchList::wants,
                                answers),
                        watchList,
                        (service, key) -> settings.find(service + "." + key)));
        main.bind(
                "hendelsesliste-component",
                new HendelseslisteComponent(service -> Catalogue.organisations(settings), this::pause, alerts));
        Parked parked = new Parked(lazy, transactions);
        KeyedHash hash = new KeyedHash(secret);
        jobSocket = H2File.of(settings.get("store.url"))
                .flatMap(file -> JobSocket.open(file.operator(), (arguments, work, out) -> {
                    int exitCode = work.run(parked, hash, out);
                    durability.flush();
                    return exitCode;
                }))
                .orElse(null);
        books = new BooksCheck(store.books(), alerts);
        observe(services);
        startCamel(routes, services, watchList);
        watchList.ready();
        if (!checking) {
            books.start();
        }
    }

    /** Health, and metrics where management.port serves them. */
    private void observe(List<String> services) {
        main.bind("trouble-check", new AlertsHealthCheck(alerts));
        if (managementPort() == 0) {
            return;
        }
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Metrics metrics = new Metrics(registry);
        for (String service : services) {
            for (String organisation : Catalogue.organisations(settings)) {
                Statistics.Id id = new Statistics.Id(service, organisation);
                metrics.service(id, statistics.of(service, organisation), this::pending, store::parked);
                metrics.books(id, () -> books.difference(id));
            }
        }
        gateway.whenOpened(id -> metrics.calls(
                id.group(),
                id.organisation(),
                () -> gateway.inFlight(id),
                () -> gateway.slots(id),
                () -> gateway.tokenFailures(id)));
        main.bind("metricsRegistry", registry);
    }

    /** On this machine alone, and with nothing of the business on it: camel-platform-http 4.18.0 has published weaknesses. */
    private Map<String, Object> management() {
        Map<String, Object> result = new LinkedHashMap<>();
        int port = managementPort();
        if (port > 0) {
            result.put("camel.management.enabled", true);
            result.put("camel.management.host", "127.0.0.1");
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

    private int managementPort() {
        return Integer.parseInt(settings.get("management.port"));
    }

    private void startCamel(Path routes, List<String> services, WatchList watchList) {
        Properties overrides = new Properties();
        settings.values().forEach((key, value) -> {
            // What no route needs stays out of what Camel can show
            if (!key.startsWith("maskinporten.") && !key.startsWith("store.")) {
                overrides.put(key, value);
            }
        });
        main.setOverrideProperties(overrides);
        main.setDefaultPropertyPlaceholderLocation("false");
        Map<String, Object> initial = new LinkedHashMap<>();
        initial.put("camel.component.kamelet.location", "file:" + routes.resolve("kamelets"));
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
        main.addMainListener(new CamelSetup(new OutgoingHeaders(settings.list("delivery.headers"))));
        try {
            main.start();
            checkedRoutes(routes, services);
            if (!checking) {
                camel().getRouteController().startAllRoutes();
            }
        } catch (Exception e) {
            throw routeProblem(e);
        }
    }

    /** All routes are there, and what cannot work in them is said, before the first of them runs. */
    private void checkedRoutes(Path routes, List<String> services) {
        List<String> endpoints = DeliveryEndpoints.of(settings);
        camel().setVariable("global:delivery.endpoints", endpoints);
        List<RouteProblem> problems = new ArrayList<>(RouteLoader.notLoaded(routes));
        problems.addAll(new RouteLoader(camel()).load(catalogue.files(services, settings)));
        if (problems.isEmpty()) {
            problems.addAll(RouteRules.problems(camel(), endpoints));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(
                    problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")));
        }
    }

    private SingleInstanceLock onlyProcess() {
        try {
            return SingleInstanceLock.waitFor(
                    settings.get("store.url"), text("store.user"), text("store.password"), takenOver);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Stopped while another process works on the store.");
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

    private TokenSource tokens() {
        try {
            return new TokenSource(MaskinportenSettings.from(
                    key -> settings.find(key).orElse(""), settings.duration("skatteetaten.request-timeout")));
        } catch (KeyMaterialException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** A check of routes needs no key. */
    private static Gateway.Tokens noTokens() {
        return new Gateway.Tokens() {
            @Override
            public String token(String scope, String organisation) {
                throw new IllegalStateException("nothing is called by a check");
            }

            @Override
            public void discard(String scope, String organisation, String token) {}
        };
    }

    private Gateway.Tokens tokensOf(TokenSource source) {
        return new Gateway.Tokens() {
            @Override
            public String token(String scope, String organisation) {
                return source.token(scope, actingFor(organisation));
            }

            @Override
            public void discard(String scope, String organisation, String token) {
                source.discard(scope, actingFor(organisation), token);
            }
        };
    }

    private ActingFor actingFor(String organisation) {
        return new ActingFor(
                organisation.equals(Catalogue.SELF) ? null : organisation,
                settings.find(organisation, "maskinporten.systembruker").orElse(null));
    }

    private Set<String> lookups(String service) {
        return catalogue
                .service(service)
                .map(found -> Catalogue.lookups(settings, found))
                .orElse(Set.of());
    }

    private Set<String> scopes(String service) {
        return catalogue
                .service(service)
                .map(found -> Catalogue.lookups(settings, found).stream()
                        .map(lookup -> found.lookups().get(lookup).parameters().getOrDefault("scope", ""))
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private WatchList.Rules watchRules(List<String> services) {
        Set<WatchList.Followed> all = services.stream()
                .flatMap(service -> Catalogue.organisations(settings).stream()
                        .map(organisation -> new WatchList.Followed(service, organisation)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<WatchList.Followed> followed = all.stream()
                .filter(one -> ConfigurationValidator.watched(settings, one.service(), one.organisation()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new WatchList.Rules(followed, all, service -> ConfigurationValidator.watchPeriods(settings, service));
    }

    private Duration pause(String service) {
        return settings.duration(service + ".poll-interval");
    }

    private String text(String key) {
        return settings.find(key).orElse("");
    }

    /** Workers hold a connection only while they deliver; a few more for the lists and the operator. */
    private int connections(List<String> services) {
        return Math.min(
                30,
                settings.positive("lookup.workers")
                        + 2
                                * services.size()
                                * Catalogue.organisations(settings).size()
                        + 3);
    }

    /** The store itself, in its transactions, unless a database of its own is configured. */
    private DataSource receiver(DataSource storeConnections) {
        String url = text("database.url");
        if (url.isEmpty() || url.equals(settings.get("store.url"))) {
            return new TransactionAwareDataSourceProxy(storeConnections);
        }
        HikariDataSource pool = Databases.openReceiver(
                "database", url, text("database.user"), text("database.password"), settings.positive("lookup.workers"));
        databases.add(pool);
        return pool;
    }

    public Settings settings() {
        return settings;
    }

    /** @param out takes lines fit for a person and without personal data */
    public Progress progress(Consumer<String> out) {
        return new Progress(statistics, this::pending, gateway.maxInFlight(), out);
    }

    /** How many lookups of a service are pending. */
    public long pending(String service, String organisation) {
        return catalogue.service(service).stream()
                .flatMap(found -> found.lookups().keySet().stream())
                .mapToLong(lookup -> store.pending(service, organisation, lookup))
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
        return store;
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
        if (gateway != null) {
            gateway.close();
        }
        main.stop();
        if (books != null) {
            books.close();
        }
        if (durability != null) {
            durability.close();
        }
        if (answers != null) {
            answers.close();
        }
        databases.forEach(HikariDataSource::close);
        if (onlyProcess != null) {
            onlyProcess.close();
        }
    }
}

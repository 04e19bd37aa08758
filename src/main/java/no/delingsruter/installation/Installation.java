package no.delingsruter.installation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.check.RouteLoader;
import no.delingsruter.check.RouteProblem;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Watchdog;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.Parked;
import no.delingsruter.store.Store;
import no.delingsruter.support.KeyedHash;
import no.delingsruter.work.LeaseKeeper;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Delingsruter in a Camel context, the program's or an application's own: a store, the gateway, the watch list, and what the routes find
 * in the context's registry, each under a name that begins with {@code delingsruter-}. Several contexts of one JVM may have one each,
 * with a store each. It ends with its context.
 */
public final class Installation implements AutoCloseable {
    /** Before the names of all beans. */
    public static final String PREFIX = "delingsruter-";

    private final ConfiguredServices configured;
    private final @Nullable Path routes;
    private final InstallationParts parts;

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
        this.configured = ConfiguredServices.of(given, catalogue);
        Logging.show(organisations());
        this.parts = new InstallationParts(configured, tokens, application);
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
        new ContextBinding(configured, parts).addTo(camel, routes);
    }

    /** @throws ConfigurationException with a line for each file that cannot be loaded, or is not */
    public void loadRoutes(CamelContext camel) {
        loadRoutes(camel, configured.catalogue());
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
        problems.addAll(loader.load(described.files(services(), settings())));
        problems.addAll(loader.loadUnused(folder.resolve("kamelets")));
        RouteProblem.refuse(problems);
    }

    /** The routes run, and have said what each lookup is by: the watch list may ask for first lookups, and the books are checked. */
    public void ready() {
        parts.start();
    }

    /** Workers hold a connection only while they deliver; a few more for the lists and the operator. */
    public int connections() {
        return configured.connections();
    }

    public Settings settings() {
        return configured.settings();
    }

    /** The services that run. */
    public List<String> services() {
        return configured.services();
    }

    /** The organisations acted for. */
    public List<String> organisations() {
        return configured.organisations();
    }

    /** How many lookups of a service are pending. */
    public long pending(String service, String organisation) {
        return configured.catalogue().service(service).stream()
                .flatMap(found -> found.lookups().keySet().stream())
                .mapToLong(lookup -> parts.open.store.pending(service, organisation, lookup))
                .sum();
    }

    public Statistics statistics() {
        return parts.statistics;
    }

    public Alerts alerts() {
        return parts.alerts;
    }

    public Gateway gateway() {
        return parts.gateway;
    }

    public Store store() {
        return parts.open.store;
    }

    /** Whether every event that was read is accounted for. */
    public BooksCheck books() {
        return parts.books;
    }

    /** The leases of this instance; empty where one process alone works on the store. */
    public Optional<LeaseKeeper> leases() {
        return parts.leases.keeper();
    }

    /** Whether all that has work gets on. */
    public Watchdog watchdog() {
        return parts.watchdog;
    }

    /** What operators ask for, and the states that they have put services into. */
    public OperatorParts operator() {
        return parts.operator;
    }

    /** Looks at once for what operators have asked for. */
    public void wakeOperations() {
        parts.keeper.wake();
    }

    /** What is parked, for an operator. */
    public Parked parked() {
        return new Parked(parts.open.connections, parts.open.transactions);
    }

    /** Names keys in what others may read. */
    public KeyedHash hash() {
        return new KeyedHash(parts.secret);
    }

    /** Brings to disk what has been committed. */
    public void flush() {
        parts.open.durability.flush();
    }

    /** No call begins after this; what is under way is pending again, unless the context that it runs in was stopped first. */
    @Override
    public void close() {
        parts.close();
    }
}

package no.delingsruter.installation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.catalogue.Units;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.delivery.DeliveryMessage;
import no.delingsruter.delivery.ResultFiles;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Watchdog;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.InstallationSecret;
import no.delingsruter.store.StoreAddress;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.watch.WatchList;
import no.delingsruter.work.LaneStates;
import no.delingsruter.work.Lanes;
import no.delingsruter.work.Lease;
import no.delingsruter.work.ListRoutes;
import no.delingsruter.work.OperationKeeper;
import no.delingsruter.work.PageNotifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an installation, which are made, begin and end in the order that they need each other in. */
final class InstallationParts implements AutoCloseable {
    /** What is said at the start, the installation says. */
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    final Statistics statistics = new Statistics();
    final Alerts alerts = new Alerts();
    final PageNotifier arrivals = new PageNotifier();
    final ListRoutes lists = new ListRoutes();
    final ResultFiles files;
    final InstanceLeases leases;
    final Gateway gateway;
    final OpenStore open;
    final byte[] secret;
    final DeliveryMessage delivery;
    final WatchList watchList;
    final ResponseJournal answers;
    final OperatorParts operator;
    final OperationKeeper keeper;
    final BooksCheck books;
    final Watchdog watchdog;
    private final ConfiguredServices configured;
    private boolean closed;

    /**
     * Opens the store.
     *
     * @param application whose database is the store, too; null for a store of its own
     * @throws ConfigurationException when something in the configuration cannot be used
     */
    InstallationParts(
            ConfiguredServices configured,
            Function<Settings, Gateway.Tokens> tokens,
            @Nullable ApplicationDatabase application) {
        this.configured = configured;
        Settings settings = configured.settings();
        this.files = ResultFiles.of(settings, alerts);
        CatalogueWarnings.warnings(settings, configured.catalogue(), configured.services())
                .forEach(LOG::warn);
        String name = InstanceLeases.newName();
        StoreAddress address = address(settings).named(name);
        this.leases =
                new InstanceLeases(name, settings, address, Units.of(configured.catalogue()), this::slowest, alerts);
        this.gateway = new Gateway(
                settings.positive("skatteetaten.max-in-flight"),
                Skatteetaten.accept(settings),
                new WatchedTokens(tokens.apply(settings), alerts.watch("Tokens of Maskinporten")),
                alerts,
                leases.leases,
                this::mayCall);
        this.open = new OpenStore(settings, address, configured.connections(), alerts, leases.fence, application);
        try {
            this.secret = InstallationSecret.of(open.connections, open.transactions);
            open.durability.flush();
            sayWhichStartsDoNotCount();
            this.delivery = new DeliveryMessage(secret);
            this.watchList = new WatchList(
                    open.store,
                    open.connections,
                    open.receiver,
                    open.transactions,
                    configured.watchRules(leases.leases),
                    arrivals,
                    alerts);
            this.answers = new ResponseJournal(
                    settings.find("store.answers").orElse(""),
                    settings.get("store.url"),
                    secret,
                    open.store,
                    open.durability,
                    alerts.watch("Kept answers"));
            this.operator = operator(settings, name);
            operator.states().refresh();
            this.keeper = operator.keeper(open.store);
            this.books = new BooksCheck(
                    open.store.books(),
                    alerts,
                    () -> leases.leases.ofLeader(Installation.PREFIX + "books").epoch() != Lease.NONE);
            this.watchdog = new Watchdog(alerts, configured.longestSilence());
        } catch (StoreException e) {
            open.close();
            throw new ConfigurationException(
                    "store.url: " + e.getMessage() + "; not started, so that nothing is read twice or skipped.");
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private static StoreAddress address(Settings settings) {
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

    private OperatorParts operator(Settings settings, String name) {
        List<String> services = configured.services();
        return new OperatorParts(
                open.connections,
                open.transactions,
                new Lanes(
                        configured.catalogue().lanes(settings, services),
                        configured.catalogue().needingEvent(settings, services)),
                OperatorParts.Job.of(
                        settings,
                        name,
                        lists,
                        leases.leases,
                        arrivals,
                        statistics,
                        alerts,
                        new OperatorParts.Calls(gateway.maxInFlight(), this::calls)));
    }

    private void sayWhichStartsDoNotCount() {
        List<String> keys = configured.startsThatDoNotCount(open.store);
        if (!keys.isEmpty()) {
            LOG.info(
                    "{}: counts for a list that was never read; these were, and go on where they are. To move one: position set",
                    String.join(", ", keys));
        }
    }

    private Duration slowest() {
        return gateway.slowest();
    }

    private boolean mayCall(String service, String organisation, String lookup) {
        LaneStates states = operator.states();
        return lookup.isEmpty() ? states.reads(service, organisation) : states.looksUp(service, organisation, lookup);
    }

    private List<OperatorParts.Open> calls(Scope list) {
        return configured.catalogue().apis().getOrDefault(list.service(), Set.of()).stream()
                .map(Gateway::group)
                .distinct()
                .map(group -> {
                    Gateway.Id id = new Gateway.Id(group, list.organisation());
                    return new OperatorParts.Open(group, gateway.inFlight(id), gateway.slots(id));
                })
                .toList();
    }

    /** The routes run, and have said what each lookup is by: the watch list may ask for first lookups, and the books are checked. */
    void start() {
        watchList.ready();
        leases.start();
        keeper.start();
        books.start();
        operator.overview().keep();
        watchdog.start();
    }

    /** The routes are about to stop: no call begins any more, and another instance may take over. */
    void leave() {
        watchdog.close();
        gateway.close();
        leases.leave();
    }

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

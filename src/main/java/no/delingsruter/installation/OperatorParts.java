package no.delingsruter.installation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.Directive;
import no.delingsruter.model.ListStatus;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Statistics.Counts;
import no.delingsruter.store.HeldResults;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.LeaseRows;
import no.delingsruter.store.OperationKeys;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.Overview;
import no.delingsruter.store.PersonRows;
import no.delingsruter.store.Positions;
import no.delingsruter.store.Store;
import no.delingsruter.work.Backfill;
import no.delingsruter.work.LaneStates;
import no.delingsruter.work.Lanes;
import no.delingsruter.work.LaterWork;
import no.delingsruter.work.Leases;
import no.delingsruter.work.ListRoutes;
import no.delingsruter.work.OperationControl;
import no.delingsruter.work.OperationKeeper;
import no.delingsruter.work.Operations;
import no.delingsruter.work.PageNotifier;
import no.delingsruter.work.PositionChange;
import no.delingsruter.work.Redelivery;
import no.delingsruter.work.Refetch;
import no.delingsruter.work.StateChange;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** What carries out an operator's wishes, in the running job and in a command beside it. */
public final class OperatorParts {
    private final Lanes lanes;
    private final LaneStates states;
    private final StateChange changes;
    private final Positions positions;
    private final Overview overview;
    private final OperationKeys keys;
    private final LaterWork later = new LaterWork();
    private final Operations operations;
    private final LeaseRows leases;
    private final PersonRows person;
    private final Redelivery redelivery;
    private final Job job;

    /** Calls to an API for an organisation that are open, and how many may be. */
    public record Open(String api, int now, int slots) {}

    /**
     * Calls to Skatteetaten.
     *
     * @param most at once for an organisation and API
     * @param of   a list and its lookups, by API
     */
    public record Calls(int most, Function<Scope, List<Open>> of) {}

    /**
     * The job whose operator it is.
     *
     * @param name  of this instance
     * @param calls        that may be open, and are
     * @param endpoints    that results are delivered to
     * @param holdsResults whether the store has them
     */
    public record Job(
            String name,
            ListRoutes lists,
            Leases leases,
            PageNotifier arrivals,
            Statistics statistics,
            Alerts alerts,
            Calls calls,
            List<String> endpoints,
            boolean holdsResults) {
        /** A command beside a job that may run: it asks, and carries out what needs no more than the store. */
        public static Job none(Settings settings) {
            return of(
                    settings,
                    "command",
                    new ListRoutes(),
                    Leases.ALONE,
                    new PageNotifier(),
                    new Statistics(),
                    new Alerts(),
                    new Calls(1, list -> List.of()));
        }

        static Job of(
                Settings settings,
                String name,
                ListRoutes lists,
                Leases leases,
                PageNotifier arrivals,
                Statistics statistics,
                Alerts alerts,
                Calls calls) {
            boolean here = settings.find("database.url")
                    .map(settings.get("store.url")::equals)
                    .orElse(true);
            return new Job(
                    name,
                    lists,
                    leases,
                    arrivals,
                    statistics,
                    alerts,
                    calls,
                    DeliveryEndpoints.of(settings),
                    here && DeliveryEndpoints.of(settings).contains("direct:database"));
        }
    }

    /**
     * @param dataSource of the transactions that {@code transactions} begins
     * @param lanes      all that runs
     */
    public OperatorParts(DataSource dataSource, TransactionTemplate transactions, Lanes lanes, Job job) {
        this.lanes = lanes;
        this.leases = new LeaseRows(dataSource);
        this.job = job;
        LaneStateTable table = new LaneStateTable(dataSource);
        this.states = new LaneStates(table);
        this.changes = new StateChange(table, lanes);
        this.positions = new Positions(dataSource);
        this.overview = new Overview(dataSource, lanes.all());
        this.keys = new OperationKeys(dataSource);
        this.person = new PersonRows(dataSource);
        OperationTable record = new OperationTable(dataSource, transactions);
        Refetch refetch = new Refetch(
                record,
                keys,
                lanes,
                states,
                job.leases(),
                job.arrivals(),
                job.statistics(),
                work -> transactions.execute(status -> work.get()),
                job.calls().most());
        this.redelivery = new Redelivery(
                record,
                keys,
                new HeldResults(dataSource, job.holdsResults()),
                lanes,
                job.leases(),
                job.endpoints(),
                job.alerts(),
                work -> transactions.execute(status -> work.get()));
        this.operations = new Operations(
                record,
                List.of(
                        changes,
                        new PositionChange(positions, states, lanes, record, job.lists(), job.alerts()),
                        refetch,
                        new Backfill(
                                refetch,
                                record,
                                keys,
                                positions,
                                lanes,
                                states,
                                job.leases(),
                                job.lists(),
                                work -> transactions.execute(status -> work.get()),
                                job.alerts()),
                        redelivery,
                        new OperationControl(record)),
                job.name(),
                later,
                job.alerts());
    }

    OperationKeeper keeper(Store store) {
        return new OperationKeeper(operations, states, changes, lanes, store, job.leases(), job.alerts());
    }

    /** Which instance works on what. */
    public LeaseRows leases() {
        return leases;
    }

    public Lanes lanes() {
        return lanes;
    }

    public LaneStates states() {
        return states;
    }

    public Positions positions() {
        return positions;
    }

    /** How far everything has come. */
    public Overview overview() {
        return overview;
    }

    /**
     * How each list stands.
     *
     * @param seen by {@link #overview()}
     */
    public List<ListStatus> status(Overview.Seen seen) {
        return lanes.lists(Scope.ALL).stream()
                .map(list -> {
                    Overview.Row row = seen.of(list.service(), list.organisation());
                    Counts live = live(list);
                    return new ListStatus(
                            list,
                            states.of(list.service(), list.organisation(), ""),
                            states.directive(list.service(), list.organisation(), "")
                                    .map(Directive::cause)
                                    .orElse(null),
                            row.position,
                            row.moved,
                            row.pending,
                            row.due,
                            row.parked,
                            live == null ? -1 : live.behind(),
                            live == null ? Double.NaN : live.rate.perSecond());
                })
                .toList();
    }

    /** What this job has counted of a list; null when it is read elsewhere. */
    public @Nullable Counts live(Scope list) {
        return job.statistics().all().get(new Statistics.Id(list.service(), list.organisation()));
    }

    /** The calls of a list and its lookups; empty when they are made elsewhere. */
    public List<Open> calls(Scope list) {
        return job.calls().of().apply(list);
    }

    /** What is in trouble here, by what it is; fit for a log. */
    public Map<String, String> troubles() {
        return job.alerts().open();
    }

    /** What operations have still to see to. */
    public OperationKeys keys() {
        return keys;
    }

    /** All that the store knows of one person. */
    public PersonRows person() {
        return person;
    }

    Redelivery redelivery() {
        return redelivery;
    }

    LaterWork later() {
        return later;
    }

    public Operations operations() {
        return operations;
    }
}

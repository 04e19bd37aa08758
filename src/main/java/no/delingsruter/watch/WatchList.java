package no.delingsruter.watch;

import static no.delingsruter.store.StoreException.guarded;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.PersonRows;
import no.delingsruter.store.Store;
import no.delingsruter.work.PageNotifier;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The keys that services follow whose {@code follow} is {@code watched}. It stays in the database, whatever its size: a page's
 * events are asked for at once, and new keys are taken a thousand at a time.
 */
public final class WatchList {
    private final WatchTable table;
    private final TransactionTemplate transactions;
    private final Rules rules;
    private final Activity activity;
    private final PersonRows kept;
    private final FirstLookups lookups = new FirstLookups();
    private final KeyRemoval removal;
    private final WatchRows rows;
    private volatile boolean ready;

    /** A service that one organisation follows by watch list. */
    public record Followed(String service, String organisation) {
        /** For logs and alerts. */
        String name() {
            return "Watch list of " + new Statistics.Id(service, organisation);
        }
    }

    /**
     * What the configuration says.
     *
     * @param followed by watch list
     * @param all      services and organisations, whatever they follow
     * @param periods  of first lookups, by service
     * @param owned    whether this instance works on it: another one's watch list is that one's to see to
     */
    public record Rules(
            Set<Followed> followed,
            Set<Followed> all,
            Function<String, WatchPeriods> periods,
            Predicate<Followed> owned) {}

    /** What is asked for a key. */
    public enum Action {
        ADD,
        REMOVE,
        ERASE
    }

    /**
     * @param transactions of the store
     * @param results      where direct:database delivers: the store in its transactions, or a database of its own
     */
    public WatchList(
            Store store,
            javax.sql.DataSource storeData,
            javax.sql.DataSource results,
            TransactionTemplate transactions,
            Rules rules,
            PageNotifier arrivals,
            Alerts alerts) {
        this.table = new WatchTable(storeData, results, store.books());
        this.removal = new KeyRemoval(table, new OperationTable(storeData, transactions), arrivals);
        this.rows = new WatchRows(store, table, transactions, rules, arrivals, alerts, lookups, removal);
        this.kept = new PersonRows(storeData);
        this.transactions = transactions;
        this.rules = rules;
        this.activity = alerts.watch("Watch list");
    }

    /** Where something can be done with a key. For an erasure, all that run or that something may be held of, by what the store says. */
    Set<Followed> targets(Action action) {
        return action == Action.ERASE ? all() : rules.followed();
    }

    /** All services and organisations that run, or that something may be held of: keys can be erased from each. */
    private Set<Followed> all() {
        Set<Followed> all = new LinkedHashSet<>(rules.all());
        kept.lists().forEach(list -> all.add(new Followed(list.service(), list.organisation())));
        return all;
    }

    /** How a lookup's keys are made; told by the routes as they start. */
    public void mapping(String service, String lookup, EventMapping mapping) {
        lookups.mapping(service, lookup, mapping);
    }

    /** Of an event that the lookups of a service are by. */
    public Set<String> fields(String service) {
        return lookups.fields(service);
    }

    /** All routes have started, so that all lookups of a service are known. Says which of them keys alone cannot ask for. */
    public void ready() {
        ready = true;
        lookups.say(rules.followed());
    }

    /** Leaves out of a page what nobody watches; one query. */
    public void keepWatched(Page page) {
        if (!follows(page.service(), page.organisation())) {
            return;
        }
        Set<String> asked = new LinkedHashSet<>();
        page.keys().forEach(key -> asked.add(key.identifikator()));
        page.parked().forEach(event -> asked.add(event.key().identifikator()));
        if (asked.isEmpty()) {
            return;
        }
        Map<String, List<String>> watched =
                guarded("The watch list cannot be read", () -> table.match(page.service(), page.organisation(), asked));
        page.keep(
                "watch list",
                key -> key.identifikator().isEmpty()
                        || matches(watched.getOrDefault(key.identifikator(), List.of()), key.gjelderPeriode()));
    }

    /** Whether a pending lookup is still wanted: its key may have been removed since. */
    public boolean wants(LookupKey key) {
        return !follows(key.service(), key.organisation())
                || guarded(
                        "The watch list cannot be read",
                        () -> matches(
                                table.periods(key.service(), key.organisation(), key.identifikator()),
                                key.gjelderPeriode()));
    }

    /**
     * Adds, removes or erases keys.
     *
     * @param keys at most some thousand
     * @throws IllegalArgumentException when the service does not follow a watch list for the organisation
     */
    public void change(String service, String organisation, Action action, Collection<Key> keys) {
        Followed one = new Followed(service, organisation);
        boolean erase = action == Action.ERASE;
        if (!follows(service, organisation) && !(erase && all().contains(one))) {
            throw new IllegalArgumentException("no watch list is followed by that service and organisation");
        }
        Map<String, Integer> reached = guarded(
                "The watch list cannot be written",
                () -> transactions.execute(status -> {
                    if (action == Action.ADD) {
                        table.add(service, organisation, List.copyOf(keys));
                        return Map.of();
                    }
                    return removal.remove(one, keys, erase);
                }));
        if (erase) {
            removal.erased(one, keys, reached);
        }
    }

    /**
     * A key as the watch list has it.
     *
     * @param gjelderPeriode empty: all of them
     * @param qualifier      for the first lookup, where that needs one; events are followed whatever theirs is
     */
    public record Key(String identifikator, String gjelderPeriode, String qualifier) {
        /** Never the identifikator: this may reach a log. */
        @Override
        public String toString() {
            return "watched key";
        }
    }

    /**
     * Makes the first lookup of every new key pending, once, and does away with what is marked to be removed or erased. Called at
     * intervals by a route; a long list takes several calls.
     */
    public void update() {
        if (!ready) {
            return;
        }
        Activity.Piece piece = activity.begins();
        try {
            rows.update(this::all);
        } finally {
            piece.ends();
        }
    }

    private boolean follows(String service, String organisation) {
        return rules.followed().contains(new Followed(service, organisation));
    }

    /** A year and its months match each other; no period matches all. */
    static boolean matches(List<String> watched, String period) {
        return watched.stream()
                .anyMatch(one -> one.isEmpty()
                        || period.isEmpty()
                        || one.equals(period)
                        || one.startsWith(period + "-")
                        || period.startsWith(one + "-"));
    }
}

package no.delingsruter.watch;

import static no.delingsruter.store.StoreException.guarded;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Page;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.PersonRows;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.work.PageNotifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The keys that services follow whose {@code follow} is {@code watched}. It stays in the database, whatever its size: a page's
 * events are asked for at once, and new keys are taken a thousand at a time.
 */
public final class WatchList {
    private static final Logger LOG = LoggerFactory.getLogger(WatchList.class);
    private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");
    private static final int BATCH = 1000;
    /** Bounds one run, so that a stop need not wait long; the next run goes on. */
    private static final int BATCHES = 50;

    private static final List<String> PENDING = List.of("lookup_state");
    /**
     * In the order in which a delivery takes them: results first, and then the pending lookup, without which it cannot be completed any
     * more. One that ends meanwhile may have written what it delivered: that is asked for again.
     */
    private static final List<String> HELD = List.of(
            "outbox",
            "result",
            "result_earlier",
            "lookup_state",
            "parked",
            "operation_key",
            "outbox",
            "result",
            "result_earlier",
            "lookup_state");

    private final Store store;
    private final WatchTable table;
    private final OperationTable record;
    private final TransactionTemplate transactions;
    private final Rules rules;
    private final PageNotifier arrivals;
    private final Alerts alerts;
    private final Activity activity;
    private final PersonRows kept;
    private final IdleRows idle;
    private volatile boolean ready;
    private final Map<String, Map<String, EventMapping>> mappings = new ConcurrentHashMap<>();

    /** A service that one organisation follows by watch list. */
    public record Followed(String service, String organisation) {}

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
        this.store = store;
        this.table = new WatchTable(storeData, results, store.books());
        this.record = new OperationTable(storeData, transactions);
        this.kept = new PersonRows(storeData);
        this.idle = new IdleRows(table, alerts);
        this.transactions = transactions;
        this.rules = rules;
        this.arrivals = arrivals;
        this.alerts = alerts;
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
        mappings.computeIfAbsent(service, name -> new ConcurrentHashMap<>()).put(lookup, mapping);
    }

    /** Of an event that the lookups of a service are by. */
    public Set<String> fields(String service) {
        return mappings.getOrDefault(service, Map.of()).values().stream()
                .flatMap(mapping -> Stream.of(mapping.identifikator(), mapping.gjelderPeriode(), mapping.qualifier()))
                .filter(Objects::nonNull)
                .flatMap(fields -> Arrays.stream(fields.split(",", -1)))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    /** All routes have started, so that all lookups of a service are known. Says which of them keys alone cannot ask for. */
    public void ready() {
        ready = true;
        rules.followed().stream()
                .map(Followed::service)
                .distinct()
                .forEach(service -> new TreeMap<>(mappings.getOrDefault(service, Map.of()))
                        .forEach((lookup, mapping) -> {
                            if (!mapping.firstLookup()) {
                                LOG.info(
                                        "Watch list of {}: its lookup {} is made for events only, not first for a new key",
                                        service,
                                        lookup);
                            } else if (mapping.qualifier() != null) {
                                LOG.info(
                                        "Watch list of {}: the first lookup {} of a new key needs a qualifier ({}); without one its events alone are looked up",
                                        service,
                                        lookup,
                                        mapping.qualifier());
                            }
                        }));
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
        if (!follows(service, organisation)
                && !(action == Action.ERASE && all().contains(new Followed(service, organisation)))) {
            throw new IllegalArgumentException("no watch list is followed by that service and organisation");
        }
        Map<String, Integer> reached = new TreeMap<>();
        guarded(
                "The watch list cannot be written",
                () -> transactions.execute(status -> {
                    if (action == Action.ADD) {
                        table.add(service, organisation, List.copyOf(keys));
                    } else {
                        remove(service, organisation, keys, action == Action.ERASE, reached);
                        if (action == Action.ERASE) {
                            record(new Followed(service, organisation), keys.size(), reached);
                        }
                    }
                    return null;
                }));
        if (action == Action.ERASE) {
            erased(new Followed(service, organisation), keys, reached);
        }
    }

    private void erased(Followed one, Collection<Key> keys, Map<String, Integer> reached) {
        arrivals.erased(
                one.service(),
                one.organisation(),
                keys.stream().map(Key::identifikator).collect(Collectors.toSet()));
        LOG.info("{}: {}", name(one), said(keys.size(), reached));
    }

    /** In the transaction that erases (I12). Never whom. */
    private void record(Followed one, int keys, Map<String, Integer> reached) {
        Operation erase = Operation.of(
                "erase",
                new Scope(one.service(), one.organisation(), ""),
                Map.of(),
                "watch list",
                "asked for by a file, a message or a row of the watch list");
        record.end(record.add(erase), Operation.State.DONE, said(keys, reached));
    }

    private static String said(int keys, Map<String, Integer> reached) {
        return keys + " keys erased: rows " + (reached.isEmpty() ? "none" : reached)
                + "; kept answers go with them; not reached: what files, queues and other receivers have got, and what another"
                + " instance holds in its memory until its open lookups are done";
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
            updateAll();
        } finally {
            piece.ends();
        }
    }

    private void updateAll() {
        List<WatchTable.Rows> marked = new ArrayList<>();
        Set<Followed> all = new LinkedHashSet<>();
        boolean known = tried("Watch list", () -> {
            marked.addAll(guarded("The watch list cannot be read", table::marked));
            all.addAll(marked.isEmpty() ? rules.all() : all());
            idle.say(marked, all, rules.all());
        });
        for (Followed one : known ? all : Set.<Followed>of()) {
            // What no longer runs has no owner
            if (!rules.all().contains(one) || rules.owned().test(one)) {
                tried(name(one), () -> {
                    marked.stream().filter(rows -> rows.of().equals(one)).forEach(this::doAsMarked);
                    if (rules.followed().contains(one)) {
                        requestNew(one);
                    }
                });
            }
        }
    }

    /** A fault of one list stops no other. */
    private boolean tried(String what, Runnable work) {
        try {
            work.run();
            alerts.ends(what);
            return true;
        } catch (StoreException e) {
            alerts.begins(e.outOfReach() ? Alerts.STORE : what, e.getMessage());
        } catch (RuntimeException e) {
            alerts.begins(what, "not seen to, tried again: " + StoreException.kind(e));
        }
        return false;
    }

    private static String name(Followed one) {
        return "Watch list of " + new Statistics.Id(one.service(), one.organisation());
    }

    private void doAsMarked(WatchTable.Rows rows) {
        Action action = IdleRows.action(rows.action());
        if (action == Action.ADD) {
            guarded(
                    "The watch list cannot be written",
                    () -> transactions.execute(status -> {
                        table.follow(rows);
                        return null;
                    }));
        } else if (action != null) {
            remove(rows, action == Action.ERASE);
        }
    }

    private void remove(WatchTable.Rows rows, boolean erase) {
        Followed one = rows.of();
        Map<String, Integer> reached = new TreeMap<>();
        List<Key> gone = new ArrayList<>();
        int removed = inBatches("Keys cannot be removed from the watch list", () -> {
            List<Key> marked = table.marked(one.service(), one.organisation(), rows.action(), BATCH);
            Map<String, Integer> now = new TreeMap<>();
            remove(one.service(), one.organisation(), marked, erase, now);
            if (erase && !marked.isEmpty()) {
                record(one, marked.size(), now);
            }
            now.forEach((held, count) -> reached.merge(held, count, Integer::sum));
            gone.addAll(marked);
            return marked.size();
        });
        if (removed > 0 && erase) {
            erased(one, gone, reached);
        } else if (removed > 0) {
            LOG.info("{}: {} keys removed", name(one), removed);
        }
    }

    private void requestNew(Followed one) {
        Map<String, EventMapping> lookups = mappings.getOrDefault(one.service(), Map.of());
        if (lookups.isEmpty()) {
            return;
        }
        WatchPeriods periods = rules.periods().apply(one.service());
        LocalDate today = LocalDate.now(NORWAY);
        List<LookupKey> asked = new ArrayList<>();
        Map<String, Integer> refused = new TreeMap<>();
        int added = inBatches("First lookups cannot be stored", () -> {
            List<Key> fresh = table.fresh(one.service(), one.organisation(), BATCH);
            List<PendingLookup> first = new ArrayList<>();
            long checkpoint =
                    store.checkpoint(one.service(), one.organisation()).orElse(0);
            List<Key> none = new ArrayList<>();
            for (Key watched : fresh.isEmpty() ? fresh : table.claim(one.service(), one.organisation(), fresh)) {
                try {
                    KeyRows.checked(watched);
                } catch (IllegalArgumentException e) {
                    none.add(watched);
                    refused.merge(e.getMessage(), 1, Integer::sum);
                    continue;
                }
                lookups.forEach((lookup, mapping) -> FirstLookups.keys(
                                mapping, one.service(), one.organisation(), lookup, watched, periods, today)
                        .forEach(key -> first.add(PendingLookup.first(key, checkpoint))));
            }
            table.refuse(one.service(), one.organisation(), none);
            if (!first.isEmpty()) {
                store.add(first);
            }
            first.forEach(lookup -> asked.add(lookup.key()));
            return fresh.size();
        });
        refused.forEach((reason, rows) -> LOG.warn(
                "{}: {} rows of the table are refused, and have the action invalid now: {}", name(one), rows, reason));
        int keys = added - refused.values().stream().mapToInt(Integer::intValue).sum();
        if (keys > 0) {
            LOG.info(
                    "{}: {} new keys, {} lookups pending for them{}",
                    name(one),
                    keys,
                    asked.size(),
                    asked.isEmpty()
                            ? "; their events alone do: see " + one.service()
                                    + ".watch-periods, and docs/routes.md on qualifiers"
                            : "");
            arrivals.arrived(one.service(), one.organisation(), asked, false);
        }
    }

    private int inBatches(String what, Supplier<Integer> batch) {
        int all = 0;
        for (int i = 0; i < BATCHES; i++) {
            int some = guarded(what, () -> transactions.execute(status -> batch.get()));
            all += some;
            if (some < BATCH) {
                break;
            }
        }
        return all;
    }

    /** Table by table, and in each by the order of the keys, as pages and groups of results take rows: none waits for the other. */
    private void remove(
            String service, String organisation, Collection<Key> keys, boolean erase, Map<String, Integer> reached) {
        List<Key> ordered =
                keys.stream().sorted(Comparator.comparing(Key::identifikator)).toList();
        ordered.forEach(key -> table.delete(service, organisation, key));
        Map<String, List<String>> stillWatched = new HashMap<>();
        ordered.forEach(key -> stillWatched.computeIfAbsent(
                key.identifikator(), person -> table.periods(service, organisation, person)));
        for (String held : erase ? HELD : PENDING) {
            for (Key key : ordered) {
                for (String period : table.held(held, service, organisation, key.identifikator())) {
                    if (!matches(List.of(key.gjelderPeriode()), period)
                            || matches(stillWatched.get(key.identifikator()), period)) {
                        continue;
                    }
                    if (erase) {
                        int rows = table.delete(held, service, organisation, key.identifikator(), period);
                        reached.merge(held, rows, Integer::sum);
                    } else {
                        table.unpend(service, organisation, key.identifikator(), period);
                    }
                }
            }
        }
    }

    private boolean follows(String service, String organisation) {
        return rules.followed().contains(new Followed(service, organisation));
    }

    /** A year and its months match each other; no period matches all. */
    private static boolean matches(List<String> watched, String period) {
        return watched.stream()
                .anyMatch(one -> one.isEmpty()
                        || period.isEmpty()
                        || one.equals(period)
                        || one.startsWith(period + "-")
                        || period.startsWith(one + "-"));
    }
}

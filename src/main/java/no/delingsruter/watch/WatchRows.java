package no.delingsruter.watch;

import static no.delingsruter.store.StoreException.guarded;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.watch.WatchList.Action;
import no.delingsruter.watch.WatchList.Followed;
import no.delingsruter.watch.WatchList.Rules;
import no.delingsruter.work.PageNotifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Does what rows of the table {@code watch} ask for: first lookups of new keys, and what is marked, a thousand rows at a time. */
final class WatchRows {
    private static final Logger LOG = LoggerFactory.getLogger(WatchRows.class);
    private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");
    private static final int BATCH = 1000;
    /** Bounds one run, so that a stop need not wait long; the next run goes on. */
    private static final int BATCHES = 50;

    private final Store store;
    private final WatchTable table;
    private final TransactionTemplate transactions;
    private final Rules rules;
    private final PageNotifier arrivals;
    private final Alerts alerts;
    private final FirstLookups lookups;
    private final KeyRemoval removal;
    private final IdleRows idle;

    WatchRows(
            Store store,
            WatchTable table,
            TransactionTemplate transactions,
            Rules rules,
            PageNotifier arrivals,
            Alerts alerts,
            FirstLookups lookups,
            KeyRemoval removal) {
        this.store = store;
        this.table = table;
        this.transactions = transactions;
        this.rules = rules;
        this.arrivals = arrivals;
        this.alerts = alerts;
        this.lookups = lookups;
        this.removal = removal;
        this.idle = new IdleRows(table, alerts);
    }

    /** @param erasable services and organisations that keys can be erased from: read from the store */
    void update(Supplier<Set<Followed>> erasable) {
        List<WatchTable.Rows> marked = new ArrayList<>();
        Set<Followed> all = new LinkedHashSet<>();
        boolean known = tried("Watch list", () -> {
            marked.addAll(guarded("The watch list cannot be read", table::marked));
            all.addAll(marked.isEmpty() ? rules.all() : erasable.get());
            idle.say(marked, all, rules.all());
        });
        for (Followed one : known ? all : Set.<Followed>of()) {
            // What no longer runs has no owner
            if (!rules.all().contains(one) || rules.owned().test(one)) {
                tried(one.name(), () -> {
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
        List<WatchList.Key> gone = new ArrayList<>();
        int removed = inBatches("Keys cannot be removed from the watch list", () -> {
            List<WatchList.Key> marked = table.marked(one.service(), one.organisation(), rows.action(), BATCH);
            Map<String, Integer> now = removal.remove(one, marked, erase);
            now.forEach((held, count) -> reached.merge(held, count, Integer::sum));
            gone.addAll(marked);
            return marked.size();
        });
        if (removed > 0 && erase) {
            removal.erased(one, gone, reached);
        } else if (removed > 0) {
            LOG.info("{}: {} keys removed", one.name(), removed);
        }
    }

    private void requestNew(Followed one) {
        if (!lookups.hasAny(one.service())) {
            return;
        }
        WatchPeriods periods = rules.periods().apply(one.service());
        LocalDate today = LocalDate.now(NORWAY);
        List<LookupKey> asked = new ArrayList<>();
        Map<String, Integer> refused = new TreeMap<>();
        int added = inBatches("First lookups cannot be stored", () -> {
            List<WatchList.Key> fresh = table.fresh(one.service(), one.organisation(), BATCH);
            List<PendingLookup> first = new ArrayList<>();
            long checkpoint =
                    store.checkpoint(one.service(), one.organisation()).orElse(0);
            List<WatchList.Key> none = new ArrayList<>();
            for (WatchList.Key watched :
                    fresh.isEmpty() ? fresh : table.claim(one.service(), one.organisation(), fresh)) {
                try {
                    KeyRows.checked(watched);
                } catch (IllegalArgumentException e) {
                    none.add(watched);
                    refused.merge(e.getMessage(), 1, Integer::sum);
                    continue;
                }
                lookups.of(one, watched, periods, today)
                        .forEach(key -> first.add(PendingLookup.first(key, checkpoint)));
            }
            table.refuse(one.service(), one.organisation(), none);
            if (!first.isEmpty()) {
                store.add(first);
            }
            first.forEach(lookup -> asked.add(lookup.key()));
            return fresh.size();
        });
        refused.forEach((reason, rows) -> LOG.warn(
                "{}: {} rows of the table are refused, and have the action invalid now: {}", one.name(), rows, reason));
        int keys = added - refused.values().stream().mapToInt(Integer::intValue).sum();
        if (keys > 0) {
            LOG.info(
                    "{}: {} new keys, {} lookups pending for them{}",
                    one.name(),
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
}

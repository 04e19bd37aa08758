package no.delingsruter.watch;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.store.OperationTable;
import no.delingsruter.watch.WatchList.Followed;
import no.delingsruter.work.PageNotifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes keys off the watch list: what is pending for them goes too, and with an erasure all that is held of them. */
final class KeyRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRemoval.class);

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

    private final WatchTable table;
    private final OperationTable record;
    private final PageNotifier arrivals;

    KeyRemoval(WatchTable table, OperationTable record, PageNotifier arrivals) {
        this.table = table;
        this.record = record;
        this.arrivals = arrivals;
    }

    /**
     * In the calling thread's transaction, which an erasure is on record in, too. Table by table, and in each by the order of the keys, as
     * pages and groups of results take rows: none waits for the other.
     *
     * @return how many rows were erased, by table
     */
    Map<String, Integer> remove(Followed from, Collection<WatchList.Key> keys, boolean erase) {
        String service = from.service();
        String organisation = from.organisation();
        Map<String, Integer> reached = new TreeMap<>();
        List<WatchList.Key> ordered = keys.stream()
                .sorted(Comparator.comparing(WatchList.Key::identifikator))
                .toList();
        ordered.forEach(key -> table.delete(service, organisation, key));
        Map<String, List<String>> stillWatched = new HashMap<>();
        ordered.forEach(key -> stillWatched.computeIfAbsent(
                key.identifikator(), person -> table.periods(service, organisation, person)));
        for (String held : erase ? HELD : PENDING) {
            for (WatchList.Key key : ordered) {
                for (String period : table.held(held, service, organisation, key.identifikator())) {
                    if (!WatchList.matches(List.of(key.gjelderPeriode()), period)
                            || WatchList.matches(stillWatched.get(key.identifikator()), period)) {
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
        if (erase && !keys.isEmpty()) {
            record(from, keys.size(), reached);
        }
        return reached;
    }

    /** I12. Never whom. */
    private void record(Followed one, int keys, Map<String, Integer> reached) {
        Operation erase = Operation.of(
                "erase",
                new Scope(one.service(), one.organisation(), ""),
                Map.of(),
                "watch list",
                "asked for by a file, a message or a row of the watch list");
        record.end(record.add(erase), Operation.State.DONE, said(keys, reached));
    }

    /** Keys have been erased: what is kept of them in memory goes, too. */
    void erased(Followed one, Collection<WatchList.Key> keys, Map<String, Integer> reached) {
        arrivals.erased(
                one.service(),
                one.organisation(),
                keys.stream().map(WatchList.Key::identifikator).collect(Collectors.toSet()));
        LOG.info("{}: {}", one.name(), said(keys.size(), reached));
    }

    private static String said(int keys, Map<String, Integer> reached) {
        return keys + " keys erased: rows " + (reached.isEmpty() ? "none" : reached)
                + "; kept answers go with them; not reached: what files, queues and other receivers have got, and what another"
                + " instance holds in its memory until its open lookups are done";
    }
}

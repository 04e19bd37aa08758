package no.delingsruter.watch;

import static no.delingsruter.store.StoreException.guarded;

import java.util.List;
import java.util.Set;
import no.delingsruter.observation.Alerts;
import no.delingsruter.watch.WatchList.Action;
import no.delingsruter.watch.WatchList.Followed;
import no.delingsruter.watch.WatchTable.Rows;
import org.jspecify.annotations.Nullable;

/** Rows of the table {@code watch} that nothing comes of, as somebody wrote them there: they are said while they are there. */
final class IdleRows {
    private static final String WHAT = "Rows of the watch list";
    /** To look takes one part in so many of the time, however many new rows there are. */
    private static final int PART = 100;

    private final WatchTable table;
    private final Alerts alerts;
    private long next = System.nanoTime();
    private long nowhere;

    IdleRows(WatchTable table, Alerts alerts) {
        this.table = table;
        this.alerts = alerts;
    }

    /** What a row asks for, in any case; null for what is none. */
    static @Nullable Action action(String spelt) {
        try {
            return WatchRequest.action(spelt);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * @param marked  rows with an action
     * @param held    services and organisations that keys can be erased from
     * @param running that new keys can be followed by
     */
    void say(List<Rows> marked, Set<Followed> held, Set<Followed> running) {
        long began = System.nanoTime();
        if (began - next >= 0) {
            nowhere = count(guarded("The watch list cannot be read", () -> table.fresh()), running);
            next = System.nanoTime() + PART * (System.nanoTime() - began);
        }
        long unknown = marked.stream()
                .filter(rows -> action(rows.action()) == null)
                .mapToLong(Rows::count)
                .sum();
        long elsewhere = nowhere
                + count(
                        marked.stream()
                                .filter(rows -> action(rows.action()) != null)
                                .toList(),
                        held);
        if (unknown + elsewhere == 0) {
            alerts.ends(WHAT, "all rows are taken again");
            return;
        }
        alerts.begins(
                WHAT,
                (unknown + elsewhere) + " rows of the table watch do nothing, and stay:"
                        + (unknown == 0
                                ? ""
                                : " " + unknown + " have an action that is none of add, remove, erase, or are no key"
                                        + " (invalid)")
                        + (unknown == 0 || elsewhere == 0 ? "" : ";")
                        + (elsewhere == 0
                                ? ""
                                : " " + elsewhere + " name a service or an organisation that does not run here (status"
                                        + " shows which do; organisation is self, or the number where organisations or"
                                        + " maskinporten.consumer-org is set)")
                        + "; correct or delete them");
    }

    private static long count(List<Rows> rows, Set<Followed> among) {
        return rows.stream()
                .filter(one -> !among.contains(one.of()))
                .mapToLong(Rows::count)
                .sum();
    }
}

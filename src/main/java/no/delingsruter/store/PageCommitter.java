package no.delingsruter.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import no.delingsruter.model.Page;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Parked events that never came as far as a lookup, and that an operator wants to pass the steps of the list's route again: they
 * do so with the next page. Failures are {@link StoreException}s.
 */
public final class PageCommitter {
    /** At most so many with a page. */
    public static final int MOST = 500;

    private final Store store;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final PendingRows rows;

    /** @param dataSource of the transactions that {@code transactions} begins */
    public PageCommitter(Store store, DataSource dataSource, TransactionTemplate transactions) {
        this.store = store;
        this.jdbc = new JdbcTemplate(dataSource);
        this.transactions = transactions;
        this.rows = new PendingRows(jdbc);
    }

    /** Those that an operator has asked for, the oldest first. */
    public List<Page.Replay> requested(String service, String organisation) {
        Map<List<Object>, Page.Replay> found = new LinkedHashMap<>();
        try {
            jdbc.query(
                    "select id, lookup, sekvensnummer, hendelse from parked where service = ? and organisation = ? and replay_requested_at > ?"
                            + " and hendelse is not null order by sekvensnummer, id fetch first " + MOST + " rows only",
                    (RowCallbackHandler) row -> {
                        String hendelse = row.getString("hendelse");
                        // An event that was parked for several lookups passes once
                        Page.Replay replay = found.computeIfAbsent(
                                List.of(row.getLong("sekvensnummer"), hendelse),
                                key -> new Page.Replay(new ArrayList<>(), new LinkedHashSet<>(), event(hendelse)));
                        replay.ids().add(row.getLong("id"));
                        replay.lookups().add(row.getString("lookup"));
                    },
                    service,
                    organisation,
                    Times.EVER);
        } catch (DataAccessException e) {
            throw new StoreException("Parked events cannot be read", e);
        }
        return List.copyOf(found.values());
    }

    /**
     * Stores what a page asked for and moves the checkpoint past it; the events that passed with it are parked no longer, or anew.
     *
     * @return false, with nothing stored, when somebody else has moved the checkpoint, or replayed or discarded one of the events
     */
    public boolean commit(Page page) {
        try {
            return Boolean.TRUE.equals(transactions.execute(status -> {
                if (!committed(page) || !unparked(page)) {
                    status.setRollbackOnly();
                    return false;
                }
                page.replayed().forEach(rows::again);
                page.accounts()
                        .forEach((account, amount) ->
                                store.books().enter(page.service(), page.organisation(), account, amount));
                return true;
            }));
        } catch (DataAccessException | TransactionException e) {
            throw new StoreException("A page of " + page.service() + " cannot be stored", e);
        }
    }

    private boolean committed(Page page) {
        return store.commitPage(
                page.service(),
                page.organisation(),
                page.from(),
                page.last(),
                page.seen(),
                page.lookups(),
                page.parked(),
                page.epoch());
    }

    private boolean unparked(Page page) {
        return page.replays().stream()
                .flatMap(replay -> replay.ids().stream())
                .allMatch(
                        id -> jdbc.update("delete from parked where id = ? and replay_requested_at > ?", id, Times.EVER)
                                == 1);
    }

    private static Map<String, Object> event(String hendelse) {
        Map<String, Object> event = new LinkedHashMap<>();
        Page.event(hendelse).forEach((name, value) -> event.put(String.valueOf(name), value));
        event.computeIfPresent(
                "sekvensnummer", (name, value) -> value instanceof Number number ? (Object) number.longValue() : value);
        return event;
    }
}

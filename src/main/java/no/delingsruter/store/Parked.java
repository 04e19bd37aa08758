package no.delingsruter.store;

import static no.delingsruter.store.StoreException.guarded;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Events that were set aside, for the operator: to look at, to try again, to discard. Failures are {@link StoreException}s. */
public final class Parked {
    private static final int TRIES = 5;
    private static final String COLUMNS =
            "id, service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, sekvensnummer,"
                    + " identity_change, hendelse, status, kode, korrelasjonsid, reason, attempts, parked_at, discarded_at, discarded_because,"
                    + " replay_requested_at";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final PendingRows rows;

    /** @param dataSource of the transactions that {@code transactions} begins */
    public Parked(DataSource dataSource, TransactionTemplate transactions) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transactions = transactions;
        this.rows = new PendingRows(jdbc);
    }

    /** The books of the same store. */
    public Books books() {
        return new Books(jdbc);
    }

    /**
     * Which parked events; what is null or empty does not limit.
     *
     * @param from      lowest sekvensnummer
     * @param to        highest sekvensnummer
     * @param discarded whether those that were discarded are meant too
     */
    public record Selection(
            List<Long> ids, String service, String organisation, String kode, Long from, Long to, boolean discarded) {

        /** Whether anything limits it. */
        public boolean limited() {
            return !ids.isEmpty()
                    || service != null
                    || organisation != null
                    || kode != null
                    || from != null
                    || to != null;
        }

        private Where where() {
            Where where = new Where();
            if (!ids.isEmpty()) {
                where.and(
                        "id in (" + ids.stream().map(id -> "?").collect(Collectors.joining(", ")) + ")", ids.toArray());
            }
            where.andIfNotNull("service = ?", service);
            where.andIfNotNull("organisation = ?", organisation);
            where.andIfNotNull("kode = ?", kode);
            where.andIfNotNull("sekvensnummer >= ?", from);
            where.andIfNotNull("sekvensnummer <= ?", to);
            if (!discarded) {
                where.and("discarded_at is null");
            }
            return where;
        }
    }

    /**
     * A parked event.
     *
     * @param discardedAt       null when it is not discarded
     * @param discardedBecause  null when it is not discarded, or no reason was given
     * @param replayRequestedAt null unless it waits for the event list to be read
     */
    public record Row(
            long id,
            ParkedEvent event,
            Instant parkedAt,
            Instant discardedAt,
            String discardedBecause,
            Instant replayRequestedAt) {

        /** Whether a lookup was tried; else the event was unusable, or a step of the list's route failed on it. */
        boolean tried() {
            return event.attempts() > 0;
        }
    }

    /**
     * How a replay went.
     *
     * @param pending lookups that are pending now
     * @param reread  events that pass the steps of the list's route again when the list is read next
     * @param left    ids of those of which no event is kept
     */
    public record Replay(int pending, int reread, List<Long> left) {}

    /** @param limit at most so many, in the order of their ids */
    public void each(Selection selection, int limit, Consumer<Row> consumer) {
        guarded("Parked events cannot be read", () -> {
            Where where = selection.where();
            jdbc.query(
                    "select " + COLUMNS + " from parked" + where + " order by id fetch first ? rows only",
                    (RowCallbackHandler) row -> consumer.accept(row(row)),
                    where.valuesAnd(limit));
            return null;
        });
    }

    public long count(Selection selection) {
        Where where = selection.where();
        return guarded(
                "Parked events cannot be counted",
                () -> jdbc.queryForObject("select count(*) from parked" + where, Long.class, where.values.toArray()));
    }

    /**
     * Makes the lookups of the selected events pending and due, each in one transaction with the end of its being parked. An event
     * that never came as far as a lookup stays parked until it has passed the steps of the list's route again: see {@link PageCommitter}.
     */
    public Replay replay(Selection selection) {
        List<Row> rows = new ArrayList<>();
        int pending = 0;
        int reread = 0;
        List<Long> left = new ArrayList<>();
        long after = 0;
        do {
            rows.clear();
            after = page(selection, after, rows);
            for (Row row : rows) {
                if (row.tried()) {
                    pending += replay(row) ? 1 : 0;
                } else if (row.event().hendelse() == null) {
                    left.add(row.id());
                } else {
                    reread += requestReplay(row) ? 1 : 0;
                }
            }
        } while (!rows.isEmpty());
        return new Replay(pending, reread, left);
    }

    private boolean requestReplay(Row row) {
        return guarded(
                        "The replay of a parked event cannot be noted",
                        () -> jdbc.update(
                                "update parked set replay_requested_at = ?,"
                                        + " discarded_at = null, discarded_because = null where id = ?",
                                Times.now(),
                                row.id()))
                == 1;
    }

    /**
     * @param because for the record; null for none
     * @return how many were discarded now
     */
    public int discard(Selection selection, String because) {
        Selection open = new Selection(
                selection.ids(),
                selection.service(),
                selection.organisation(),
                selection.kode(),
                selection.from(),
                selection.to(),
                false);
        Where where = open.where();
        List<Object> values = new ArrayList<>();
        values.add(Times.now());
        values.add(because);
        values.addAll(where.values);
        return guarded(
                "Parked events cannot be discarded",
                () -> jdbc.update(
                        "update parked set discarded_at = ?, discarded_because = ?, replay_requested_at = null" + where,
                        values.toArray()));
    }

    private long page(Selection selection, long after, List<Row> rows) {
        Where where = selection.where().and("id > ?", after);
        guarded("Parked events cannot be read", () -> {
            jdbc.query(
                    "select " + COLUMNS + " from parked" + where + " order by id fetch first 500 rows only",
                    (RowCallbackHandler) row -> rows.add(row(row)),
                    where.values.toArray());
            return null;
        });
        return rows.isEmpty() ? after : rows.get(rows.size() - 1).id();
    }

    private boolean replay(Row row) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Boolean.TRUE.equals(transactions.execute(status -> moved(row)));
            } catch (DuplicateKeyException | ConcurrencyFailureException e) {
                // An event of the same key came at the same moment; the next try joins it
                if (attempt == TRIES) {
                    throw new StoreException("A parked event cannot be made pending", e);
                }
            } catch (DataAccessException | TransactionException e) {
                throw new StoreException("A parked event cannot be made pending", e);
            }
        }
    }

    private boolean moved(Row row) {
        // Somebody else may have replayed it, or a newer event of its key may have been delivered
        if (jdbc.update("delete from parked where id = ?", row.id()) == 0) {
            return false;
        }
        ParkedEvent event = row.event();
        rows.again(PendingLookup.of(event.key(), event.sekvensnummer(), event.identityChange(), event.hendelse()));
        return true;
    }

    static void insert(JdbcTemplate jdbc, ParkedEvent event) {
        jdbc.update(
                """
                insert into parked (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot,
                    sekvensnummer, identity_change, hendelse, status, kode, korrelasjonsid, reason, attempts, parked_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                Store.around(
                        event.key(),
                        new Object[0],
                        event.sekvensnummer(),
                        event.identityChange(),
                        event.hendelse(),
                        event.status() == 0 ? null : event.status(),
                        event.kode(),
                        event.korrelasjonsid(),
                        event.reason(),
                        event.attempts(),
                        Times.now()));
    }

    private static Row row(ResultSet row) throws SQLException {
        ParkedEvent event = new ParkedEvent(
                PendingRows.key(row, row.getLong("snapshot")),
                row.getLong("sekvensnummer"),
                row.getBoolean("identity_change"),
                row.getString("hendelse"),
                row.getInt("status"),
                row.getString("kode"),
                row.getString("korrelasjonsid"),
                row.getString("reason"),
                row.getInt("attempts"));
        return new Row(
                row.getLong("id"),
                event,
                Times.of(row, "parked_at"),
                Times.of(row, "discarded_at"),
                row.getString("discarded_because"),
                Times.of(row, "replay_requested_at"));
    }

    /** Conditions with their values: the one goes into the statement, the other never. */
    private static final class Where {
        private final List<String> conditions = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        Where and(String condition, Object... parameters) {
            conditions.add(condition);
            values.addAll(List.of(parameters));
            return this;
        }

        void andIfNotNull(String condition, Object parameter) {
            if (parameter != null) {
                and(condition, parameter);
            }
        }

        Object[] valuesAnd(Object last) {
            List<Object> all = new ArrayList<>(values);
            all.add(last);
            return all.toArray();
        }

        @Override
        public String toString() {
            return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        }
    }
}

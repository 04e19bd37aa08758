package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import no.delingsruter.model.Account;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The keys that operations have still to see to: planned at once, made pending a few at a time, and gone when they are done. All methods
 * take part in the transaction of the calling thread. Failures are {@link StoreException}s.
 */
public final class OperationKeys {
    static final String WAITING = "WAITING";
    private static final String PENDING = "PENDING";
    static final String KEY = "service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot";
    private static final String SAME =
            "x.service = k.service and x.organisation = k.organisation and x.lookup = k.lookup and x.identifikator = k.identifikator"
                    + " and x.gjelder_periode = k.gjelder_periode and x.qualifier = k.qualifier";
    private static final String ONE =
            "service = ? and organisation = ? and lookup = ? and identifikator = ? and gjelder_periode = ? and qualifier = ? and snapshot = ?";
    private static final String ASKED_BY_NO_OTHER = PendingRows.KEY
            + " and due_at >= ? and not exists (select 1 from operation_key k where k.identifikator = lookup_state.identifikator"
            + " and k.gjelder_periode = lookup_state.gjelder_periode and k.lookup = lookup_state.lookup"
            + " and k.service = lookup_state.service and k.organisation = lookup_state.organisation"
            + " and k.qualifier = lookup_state.qualifier and k.snapshot = lookup_state.snapshot and k.state = '"
            + PENDING
            + "')";

    private final JdbcTemplate jdbc;
    private final PendingRows rows;
    private final Books books;
    private final PlannedKeys plans;

    public OperationKeys(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.rows = new PendingRows(jdbc);
        this.books = new Books(jdbc);
        this.plans = new PlannedKeys(jdbc);
    }

    /** What is planned for operations. */
    public PlannedKeys plans() {
        return plans;
    }

    /** How keys that were made pending have ended. */
    public enum End {
        CHANGED,
        UNCHANGED,
        PARKED
    }

    /** Some of them have been delivered. */
    public void delivered(long operation, List<Long> numbers) {
        delete(operation, WAITING, numbers);
    }

    private void delete(long operation, String state, List<Long> numbers) {
        guarded(() -> jdbc.batchUpdate(
                "delete from operation_key where operation = ? and state = ? and number = ?",
                numbers.stream()
                        .map(number -> new Object[] {operation, state, number})
                        .toList()));
    }

    /** Locks an operation's row, so that one at a time goes on with it. @return its state as text; null when it is not there */
    public @Nullable String lock(long operation) {
        return guarded(() ->
                jdbc
                        .queryForList("select state from operation where id = ? for update", String.class, operation)
                        .stream()
                        .findFirst()
                        .orElse(null));
    }

    public long waiting(long operation) {
        return count(operation, WAITING);
    }

    public long pending(long operation) {
        return count(operation, PENDING);
    }

    private long count(long operation, String state) {
        return guarded(() -> jdbc.queryForObject(
                "select count(*) from operation_key where operation = ? and state = ?", Long.class, operation, state));
    }

    public boolean any(long operation) {
        return guarded(() -> !jdbc.queryForList(
                        "select 1 from operation_key where operation = ? fetch first 1 row only",
                        Integer.class,
                        operation)
                .isEmpty());
    }

    /** The operation is over, or is to have nothing more pending. @return how many are no longer planned */
    public int forgetWaiting(long operation) {
        return guarded(
                () -> jdbc.update("delete from operation_key where operation = ? and state = ?", operation, WAITING));
    }

    /**
     * What was made pending is asked for no more, but for what an event or another operation asks for, too.
     *
     * @param which of it, by its lane
     * @return how many
     */
    public int withdraw(long operation, Predicate<Scope> which) {
        return guarded(() -> {
            List<LookupKey> keys = jdbc
                    .query(
                            "select " + KEY + " from operation_key where operation = ? and state = '" + PENDING + "'",
                            (row, number) -> key(row),
                            operation)
                    .stream()
                    .filter(key -> which.test(new Scope(key.service(), key.organisation(), key.lookup())))
                    .sorted()
                    .toList();
            for (LookupKey key : keys) {
                jdbc.update(
                        "delete from operation_key where operation = ? and " + ONE,
                        Store.around(key, new Object[] {operation}));
                Object[] values = Store.around(key, new Object[0], Times.LATER_FROM);
                books.unpending(ASKED_BY_NO_OTHER, values);
                jdbc.update("delete from lookup_state where version is null and " + ASKED_BY_NO_OTHER, values);
                jdbc.update("update lookup_state set " + Store.NOTHING_PENDING + " where " + ASKED_BY_NO_OTHER, values);
            }
            return keys.size();
        });
    }

    /** Takes what has ended out of the plan. */
    public Map<End, Integer> settle(long operation) {
        Map<End, Integer> ends = new TreeMap<>();
        List<Long> over = new ArrayList<>();
        guarded(() -> {
            jdbc.query(
                    "select k.number, k.version, x.version as now_version, exists (select 1 from parked x where " + SAME
                            + " and x.discarded_at is null) as parked from operation_key k left join lookup_state x on "
                            + SAME
                            + " and x.snapshot = 0 where k.operation = ? and k.state = '" + PENDING
                            + "' and not exists (select 1 from lookup_state x where " + SAME
                            + " and x.snapshot = k.snapshot and x.due_at is not null)",
                    row -> {
                        over.add(row.getLong(1));
                        ends.merge(
                                row.getBoolean(4)
                                        ? End.PARKED
                                        : row.getInt(3) > row.getInt(2) ? End.CHANGED : End.UNCHANGED,
                                1,
                                Integer::sum);
                    },
                    operation);
            return null;
        });
        delete(operation, PENDING, over);
        return ends;
    }

    /**
     * Older snapshots that an event waits for are due at once: a key's snapshots are looked up in their order (I4), and no event waits
     * until all others are done (I14).
     *
     * @return whether there are any
     */
    public boolean hurry(Scope lane) {
        return guarded(() -> jdbc.update(
                        "update lookup_state p set due_at = current_timestamp where p.service = ? and p.organisation = ? and p.lookup = ?"
                                + " and p.due_at >= ? and p.snapshot <> 0 and exists (select 1 from lookup_state e"
                                + " where e.service = p.service and e.organisation = p.organisation and e.lookup = p.lookup"
                                + " and e.identifikator = p.identifikator and e.gjelder_periode = p.gjelder_periode"
                                + " and e.qualifier = p.qualifier and e.snapshot > p.snapshot and e.due_at < ?)",
                        lane.service(),
                        lane.organisation(),
                        lane.lookup(),
                        Times.LATER_FROM,
                        Times.LATER_FROM)
                > 0);
    }

    /**
     * Makes the next ones of a lane pending, behind all that events ask for.
     *
     * @return how many were made pending, and how many were pending already
     */
    public int[] feed(long operation, Scope lane, int most) {
        return guarded(() -> {
            List<PendingLookup> next = jdbc.query(
                    "select " + KEY
                            + ", sekvensnummer, identity_change, hendelse from operation_key where operation = ? and state = '"
                            + WAITING
                            + "' and service = ? and organisation = ? and lookup = ? order by number fetch first ? rows only",
                    (row, number) -> lookup(row),
                    operation,
                    lane.service(),
                    lane.organisation(),
                    lane.lookup(),
                    most);
            int fed = 0;
            // In the order in which pages and groups of results take rows, so that none waits for another that waits
            // for it
            for (PendingLookup lookup : next.stream()
                    .sorted(Comparator.comparing(PendingLookup::key))
                    .toList()) {
                jdbc.update(
                        "update operation_key k set state = '" + PENDING
                                + "', version = (select x.version from lookup_state x where " + SAME
                                + " and x.snapshot = 0) where operation = ? and service = ? and organisation = ? and lookup = ?"
                                + " and identifikator = ? and gjelder_periode = ? and qualifier = ? and snapshot = ?",
                        Store.around(lookup.key(), new Object[] {operation}));
                fed += rows.later(lookup) ? 1 : 0;
            }
            books.enter(lane.service(), lane.organisation(), Account.ASKED, fed);
            return new int[] {fed, next.size() - fed};
        });
    }

    private static PendingLookup lookup(ResultSet row) throws SQLException {
        return PendingLookup.of(key(row), row.getLong(8), row.getBoolean(9), row.getString(10));
    }

    private static LookupKey key(ResultSet row) throws SQLException {
        return PendingRows.key(row, row.getLong("snapshot"));
    }

    static <T> T guarded(Supplier<T> work) {
        return StoreException.guarded("The keys of operations cannot be read or written", () -> {
            try {
                return work.get();
            } catch (DuplicateKeyException e) {
                throw new StoreException("An event came for a key at the same moment", e);
            }
        });
    }
}

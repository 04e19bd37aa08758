package no.delingsruter.store;

import java.sql.Connection;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.model.Account;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The books of each list and organisation (I15): whatever came in is left out, joined to another, pending, parked or done. What happens
 * to an event is entered in the transaction that does it. The lookups of a key have their counts in the row of the key, which is written
 * anyway; the accounts of table {@code books} hold the rest, written once a page.
 */
public final class Books {
    private static final String READ = """
            select service, organisation, account, amount, 0, 0, 0, 0, 0, 0, 0 from books
            union all
            select service, organisation, 'parked', count(*), 0, 0, 0, 0, 0, 0, 0 from parked group by service, organisation
            union all
            select service, organisation, '', 0, sum(case when due_at is null then 0 else events end), sum(coalesced),
                sum(done_delivered), sum(done_unchanged), sum(done_none), sum(done_deleted), sum(left_out)
            from lookup_state group by service, organisation""";

    private static final String ADD =
            "update books set amount = amount + ? where service = ? and organisation = ? and account = ?";
    /** What the row of a key counts. */
    private static final List<String> KEPT = List.of(
            Account.COALESCED,
            Account.DELIVERED,
            Account.UNCHANGED,
            Account.NONE,
            Account.DELETED,
            Account.LEFT_OUT + Account.RESULTS);

    private final JdbcTemplate jdbc;

    Books(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The accounts of one list and organisation, at one moment. */
    public record Balance(String service, String organisation, Map<String, Long> amounts) {
        public long of(String account) {
            return amounts.getOrDefault(account, 0L);
        }

        /** What has come in. */
        public long in() {
            return Account.IN.stream().mapToLong(this::of).sum();
        }

        /** Where it is. */
        public long out() {
            return amounts.values().stream().mapToLong(Long::longValue).sum() - in();
        }
    }

    /** Whether an account tells what has come in. */
    static boolean isIn(String account) {
        return Account.IN.contains(account);
    }

    /** The accounts of all lists as they are at one moment: one statement, and so one snapshot. Reads every key once. */
    public List<Balance> read() {
        Map<List<String>, Map<String, Long>> found =
                new TreeMap<>((one, other) -> String.join("\n", one).compareTo(String.join("\n", other)));
        try {
            jdbc.query(READ, (RowCallbackHandler) row -> {
                Map<String, Long> amounts =
                        found.computeIfAbsent(List.of(row.getString(1), row.getString(2)), list -> new TreeMap<>());
                add(amounts, row.getString(3), row.getLong(4));
                add(amounts, Account.PENDING, row.getLong(5));
                for (int i = 0; i < KEPT.size(); i++) {
                    add(amounts, KEPT.get(i), row.getLong(i + 6));
                }
            });
        } catch (DataAccessException e) {
            throw new StoreException("The books cannot be read", e);
        }
        List<Balance> balances = new ArrayList<>();
        found.values().forEach(amounts -> amounts.values().removeIf(amount -> amount == 0));
        found.forEach((list, amounts) -> balances.add(new Balance(list.get(0), list.get(1), amounts)));
        return balances;
    }

    private static void add(Map<String, Long> amounts, String account, long amount) {
        if (amount != 0) {
            amounts.merge(account, amount, Long::sum);
        }
    }

    /**
     * Enters an amount, with the commit of the calling thread's transaction: as its last statements and in the order of the accounts, so
     * that their rows are held for a moment only and two transactions never wait for each other.
     *
     * @param account see {@link Account}
     */
    public void enter(String service, String organisation, String account, long amount) {
        if (amount == 0) {
            return;
        }
        Entries entries = (Entries) TransactionSynchronizationManager.getResource(Entries.class);
        if (entries == null) {
            entries = new Entries();
            if (TransactionSynchronizationManager.isSynchronizationActive()) {
                TransactionSynchronizationManager.bindResource(Entries.class, entries);
                TransactionSynchronizationManager.registerSynchronization(entries);
            }
        }
        entries.amounts.merge(new Entry(service, organisation, account), amount, Long::sum);
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            entries.beforeCommit(false);
        }
    }

    /**
     * Rows of keys are about to be deleted: what was counted in them is entered in the accounts, and what is pending as removed. They are
     * locked, so that no lookup ends meanwhile.
     *
     * @param where a condition on {@code lookup_state}
     */
    public void leaving(String where, Object... values) {
        unpending(where, values);
        each("coalesced, done_delivered, done_unchanged, done_none, done_deleted, left_out", where, values, KEPT);
    }

    /** What is pending for keys is about to be taken back, likewise. */
    public void unpending(String where, Object... values) {
        each("case when due_at is null then 0 else events end", where, values, List.of(Account.REMOVED));
    }

    private void each(String columns, String where, Object[] values, List<String> accounts) {
        jdbc.query(
                "select service, organisation, " + columns + " from lookup_state where " + where + " for update",
                (RowCallbackHandler) row -> {
                    for (int i = 0; i < accounts.size(); i++) {
                        enter(row.getString(1), row.getString(2), accounts.get(i), row.getLong(i + 3));
                    }
                },
                values);
    }

    private record Entry(String service, String organisation, String account) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return (service + "\n" + organisation + "\n" + account)
                    .compareTo(other.service + "\n" + other.organisation + "\n" + other.account);
        }
    }

    private final class Entries implements TransactionSynchronization {
        private final Map<Entry, Long> amounts = new TreeMap<>();

        @Override
        public void beforeCommit(boolean readOnly) {
            List<Map.Entry<Entry, Long>> all = List.copyOf(amounts.entrySet());
            int[][] updated = jdbc.batchUpdate(ADD, all, all.size(), (statement, entry) -> {
                statement.setLong(1, entry.getValue());
                statement.setString(2, entry.getKey().service());
                statement.setString(3, entry.getKey().organisation());
                statement.setString(4, entry.getKey().account());
            });
            for (int i = 0; i < all.size(); i++) {
                if (updated[0][i] == 0) {
                    open(all.get(i).getKey(), all.get(i).getValue());
                }
            }
        }

        /** The first amount of an account; another transaction may have opened it at the same moment. */
        private void open(Entry entry, long amount) {
            Object[] values = {amount, entry.service(), entry.organisation(), entry.account()};
            jdbc.execute((Connection connection) -> {
                Savepoint before = connection.getAutoCommit() ? null : connection.setSavepoint();
                try {
                    jdbc.update(
                            "insert into books (amount, service, organisation, account) values (?, ?, ?, ?)", values);
                } catch (DuplicateKeyException | ConcurrencyFailureException e) {
                    if (before != null) {
                        connection.rollback(before);
                    }
                    jdbc.update(ADD, values);
                }
                return null;
            });
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResourceIfPossible(Entries.class);
        }
    }
}

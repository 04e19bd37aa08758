package no.delingsruter.watch;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import no.delingsruter.model.Account;
import no.delingsruter.store.Books;
import no.delingsruter.store.Store;
import org.springframework.jdbc.core.JdbcTemplate;

/** The statements of the watch list, and of what is held of a key. They take part in the calling thread's transaction. */
final class WatchTable {
    /** The action of a row that no key can be. */
    private static final String INVALID = "invalid";
    /** By the whole primary key. */
    private static final String KEY =
            " where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ? and qualifier = ?";
    /** Not simply "action is null": H2 would take that index instead of the one of new rows. */
    private static final String NO_ACTION = " and case when action is null then 1 else 0 end = 1";
    /** A subquery for each identifikator, so that no database without statistics can choose to read the whole list. */
    private static final String MATCH = """
            select wanted.identifikator, (select string_agg(w.gjelder_periode, ',') from watch w
                where w.identifikator = wanted.identifikator and w.service = ? and w.organisation = ? and w.action is null)
            from unnest(cast(? as varchar array)) as wanted(identifikator)""";

    private static final String INSERT = """
            insert into watch (service, organisation, identifikator, gjelder_periode, qualifier)
            select cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar)
            where not exists (select 1 from watch
                where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ? and qualifier = ?)""";
    private static final String SUBJECT = " where identifikator = ? and service = ? and organisation = ?";
    private static final String PERIOD =
            "identifikator = ? and service = ? and organisation = ? and gjelder_periode = ?";
    /**
     * By the whole primary key. Not simply "requested_at is null": without statistics, as after a large file, PostgreSQL would take
     * the index of all new rows for each of them.
     */
    static final String CLAIM = """
            update watch set requested_at = ?
            where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ? and qualifier = ?
            and case when requested_at is null and action is null then 1 else 0 end = 1""";

    private final JdbcTemplate store;
    private final JdbcTemplate results;
    private final Books books;

    /** @param results where direct:database delivers */
    WatchTable(DataSource store, DataSource results, Books books) {
        this.books = books;
        this.store = new JdbcTemplate(store);
        this.results = new JdbcTemplate(results);
    }

    /** The watched periods of those among {@code identifikatorer} that are watched at all. */
    Map<String, List<String>> match(String service, String organisation, Collection<String> identifikatorer) {
        Map<String, List<String>> found = new HashMap<>();
        store.query(
                connection -> {
                    PreparedStatement statement = connection.prepareStatement(MATCH);
                    statement.setString(1, service);
                    statement.setString(2, organisation);
                    statement.setArray(3, connection.createArrayOf("varchar", identifikatorer.toArray()));
                    return statement;
                },
                row -> {
                    String periods = row.getString(2);
                    if (periods != null) {
                        found.put(row.getString(1), List.of(periods.split(",", -1)));
                    }
                });
        return found;
    }

    /** The watched periods of one identifikator. */
    List<String> periods(String service, String organisation, String identifikator) {
        return store.queryForList(
                "select gjelder_periode from watch where service = ? and organisation = ? and identifikator = ? and action is null",
                String.class,
                service,
                organisation,
                identifikator);
    }

    /** Each key once: H2 gives a subquery whose values are those of the statement before the same answer, without asking again. */
    void add(String service, String organisation, Collection<WatchList.Key> all) {
        Set<WatchList.Key> keys = new LinkedHashSet<>(all);
        store.batchUpdate(INSERT, keys, keys.size(), (statement, key) -> {
            for (int at = 0; at <= 5; at += 5) {
                set(statement, at + 1, service, organisation, key);
            }
        });
    }

    /** Keys whose first lookup has not been asked for. */
    List<WatchList.Key> fresh(String service, String organisation, int limit) {
        return store.query(
                "select identifikator, gjelder_periode, qualifier from watch where requested_at is null and service = ? and organisation = ?"
                        + NO_ACTION + " fetch first ? rows only",
                (row, number) -> new WatchList.Key(row.getString(1), row.getString(2), row.getString(3)),
                service,
                organisation,
                limit);
    }

    /** Marks them as asked for; those that somebody else has marked meanwhile are left out of the answer. */
    List<WatchList.Key> claim(String service, String organisation, List<WatchList.Key> keys) {
        var now = Instant.now().atOffset(ZoneOffset.UTC);
        int[][] updated = store.batchUpdate(CLAIM, keys, keys.size(), (statement, key) -> {
            statement.setObject(1, now);
            set(statement, 2, service, organisation, key);
        });
        List<WatchList.Key> claimed = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            if (updated[0][i] == 1) {
                claimed.add(keys.get(i));
            }
        }
        return claimed;
    }

    /** They are no keys: they ask for nothing until somebody corrects them, and stand there to be found. */
    void refuse(String service, String organisation, List<WatchList.Key> rows) {
        store.batchUpdate(
                "update watch set requested_at = null, action = '" + INVALID + "'" + KEY,
                rows,
                Math.max(1, rows.size()),
                (statement, key) -> set(statement, 1, service, organisation, key));
    }

    /** How many rows of a list have the same action, as it is spelt there; none for new ones. */
    record Rows(WatchList.Followed of, String action, long count) {}

    /** All that have an action. Not simply "is not null", for which H2 would read the whole table. */
    List<Rows> marked() {
        return store.query(
                "select service, organisation, action, count(*) from watch where action >= '' group by service, organisation, action",
                (row, number) -> new Rows(
                        new WatchList.Followed(row.getString(1), row.getString(2)), row.getString(3), row.getLong(4)));
    }

    /** New rows by list; reads them all. */
    List<Rows> fresh() {
        return store.query(
                "select service, organisation, count(*) from watch where requested_at is null" + NO_ACTION
                        + " group by service, organisation",
                (row, number) ->
                        new Rows(new WatchList.Followed(row.getString(1), row.getString(2)), "", row.getLong(3)));
    }

    /** Follows what is marked so. */
    void follow(Rows marked) {
        store.update(
                "update watch set action = null where action = ? and service = ? and organisation = ?",
                marked.action(),
                marked.of().service(),
                marked.of().organisation());
    }

    /** Keys that are marked so. */
    List<WatchList.Key> marked(String service, String organisation, String action, int limit) {
        return store.query(
                "select identifikator, gjelder_periode, qualifier from watch where action = ? and service = ? and organisation = ?"
                        + " fetch first ? rows only",
                (row, number) -> new WatchList.Key(row.getString(1), row.getString(2), row.getString(3)),
                action,
                service,
                organisation,
                limit);
    }

    /** @param key without a period, or without a qualifier: all of those that the identifikator has */
    void delete(String service, String organisation, WatchList.Key key) {
        List<Object> values = new ArrayList<>(List.of(key.identifikator(), service, organisation));
        StringBuilder which = new StringBuilder(SUBJECT);
        if (!key.gjelderPeriode().isEmpty()) {
            which.append(" and gjelder_periode = ?");
            values.add(key.gjelderPeriode());
        }
        if (!key.qualifier().isEmpty()) {
            which.append(" and qualifier = ?");
            values.add(key.qualifier());
        }
        store.update("delete from watch" + which, values.toArray());
    }

    /** Periods that a table holds something for. */
    List<String> held(String held, String service, String organisation, String identifikator) {
        return of(held).queryForList(
                        "select distinct gjelder_periode from " + held + SUBJECT + " order by gjelder_periode",
                        String.class,
                        identifikator,
                        service,
                        organisation);
    }

    /** @return how many rows */
    int delete(String held, String service, String organisation, String identifikator, String gjelderPeriode) {
        if (held.equals("lookup_state")) {
            books.leaving(PERIOD, identifikator, service, organisation, gjelderPeriode);
        }
        int deleted = of(held).update(
                        "delete from " + held + SUBJECT + " and gjelder_periode = ?",
                        identifikator,
                        service,
                        organisation,
                        gjelderPeriode);
        books.enter(service, organisation, Account.REMOVED, held.equals("parked") ? deleted : 0);
        return deleted;
    }

    /** Nothing is pending for the key and period any more; what was delivered stays known. */
    void unpend(String service, String organisation, String identifikator, String gjelderPeriode) {
        String which = " where " + PERIOD;
        books.unpending(PERIOD, identifikator, service, organisation, gjelderPeriode);
        store.update(
                "delete from lookup_state" + which + " and version is null",
                identifikator,
                service,
                organisation,
                gjelderPeriode);
        store.update(
                "update lookup_state set " + Store.NOTHING_PENDING + which,
                identifikator,
                service,
                organisation,
                gjelderPeriode);
    }

    private JdbcTemplate of(String table) {
        return table.startsWith("result") ? results : store;
    }

    private static void set(
            PreparedStatement statement, int from, String service, String organisation, WatchList.Key key)
            throws SQLException {
        statement.setString(from, service);
        statement.setString(from + 1, organisation);
        statement.setString(from + 2, key.identifikator());
        statement.setString(from + 3, key.gjelderPeriode());
        statement.setString(from + 4, key.qualifier());
    }
}

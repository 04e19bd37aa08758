package no.delingsruter.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The statements of the watch list, and of what is held of a key. They take part in the calling thread's transaction. */
final class WatchTable {
    static final String REMOVE = "remove";
    static final String ERASE = "erase";
    /** A subquery for each identifikator, so that no database without statistics can choose to read the whole list. */
    private static final String MATCH = """
            select wanted.identifikator, (select string_agg(w.gjelder_periode, ',') from watch w
                where w.identifikator = wanted.identifikator and w.service = ? and w.organisation = ? and w.action is null)
            from unnest(cast(? as varchar array)) as wanted(identifikator)""";
    private static final String INSERT = """
            insert into watch (service, organisation, identifikator, gjelder_periode)
            select cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar)
            where not exists (select 1 from watch where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ?)""";
    private static final String SUBJECT = " where identifikator = ? and service = ? and organisation = ?";
    private static final String CLAIM = """
            update watch set requested_at = ? where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ?
            and requested_at is null and action is null""";

    private final JdbcTemplate store;
    private final JdbcTemplate results;

    /**
     * A line of the watch list.
     *
     * @param gjelderPeriode empty: all of them
     */
    record Entry(String identifikator, String gjelderPeriode) {
        /** Never the identifikator: this may reach a log. */
        @Override
        public String toString() {
            return "watched key";
        }
    }

    /** @param results where direct:database delivers */
    WatchTable(DataSource store, DataSource results) {
        this.store = new JdbcTemplate(store);
        this.results = new JdbcTemplate(results);
    }

    /** The watched periods of those among {@code identifikatorer} that are watched at all. */
    Map<String, List<String>> match(String service, String organisation, Collection<String> identifikatorer) {
        Map<String, List<String>> found = new HashMap<>();
        store.query(connection -> {
            PreparedStatement statement = connection.prepareStatement(MATCH);
            statement.setString(1, service);
            statement.setString(2, organisation);
            statement.setArray(3, connection.createArrayOf("varchar", identifikatorer.toArray()));
            return statement;
        }, row -> {
            String periods = row.getString(2);
            if (periods != null) {
                found.put(row.getString(1), List.of(periods.split(",", -1)));
            }
        });
        return found;
    }

    /** The watched periods of one identifikator. */
    List<String> periods(String service, String organisation, String identifikator) {
        return store.queryForList("select gjelder_periode from watch where service = ? and organisation = ? and identifikator = ? and action is null",
                String.class, service, organisation, identifikator);
    }

    void add(String service, String organisation, List<Entry> entries) {
        store.batchUpdate(INSERT, entries, entries.size(), (statement, entry) -> {
            for (int at = 0; at <= 4; at += 4) {
                set(statement, at + 1, service, organisation, entry);
            }
        });
    }

    /** Entries whose first lookup has not been asked for. Nothing else is asked of them here: H2 would then take another index. */
    List<Entry> fresh(String service, String organisation, int limit) {
        return store.query("select identifikator, gjelder_periode from watch where requested_at is null and service = ? and organisation = ?"
                        + " fetch first ? rows only",
                (row, number) -> new Entry(row.getString(1), row.getString(2)), service, organisation, limit);
    }

    /** Marks them as asked for; those that somebody else has marked meanwhile are left out of the answer. */
    List<Entry> claim(String service, String organisation, List<Entry> entries) {
        var now = Instant.now().atOffset(ZoneOffset.UTC);
        int[][] updated = store.batchUpdate(CLAIM, entries, entries.size(), (statement, entry) -> {
            statement.setObject(1, now);
            set(statement, 2, service, organisation, entry);
        });
        List<Entry> claimed = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            if (updated[0][i] == 1) {
                claimed.add(entries.get(i));
            }
        }
        return claimed;
    }

    /** Entries that are marked to be removed or erased. */
    List<Entry> marked(String service, String organisation, String action, int limit) {
        return store.query("select identifikator, gjelder_periode from watch where action = ? and service = ? and organisation = ?"
                        + " fetch first ? rows only",
                (row, number) -> new Entry(row.getString(1), row.getString(2)), action, service, organisation, limit);
    }

    /** @param entry without a period: all of the identifikator's entries */
    void delete(String service, String organisation, Entry entry) {
        if (entry.gjelderPeriode().isEmpty()) {
            store.update("delete from watch where service = ? and organisation = ? and identifikator = ?", service, organisation, entry.identifikator());
        } else {
            store.update("delete from watch where service = ? and organisation = ? and identifikator = ? and gjelder_periode = ?", service,
                    organisation, entry.identifikator(), entry.gjelderPeriode());
        }
    }

    /** Periods that a table holds something for. */
    List<String> held(String held, String service, String organisation, String identifikator) {
        return of(held).queryForList("select distinct gjelder_periode from " + held + SUBJECT, String.class, identifikator, service, organisation);
    }

    void delete(String held, String service, String organisation, String identifikator, String gjelderPeriode) {
        of(held).update("delete from " + held + SUBJECT + " and gjelder_periode = ?", identifikator, service, organisation, gjelderPeriode);
    }

    private JdbcTemplate of(String table) {
        return table.startsWith("result") ? results : store;
    }

    private static void set(PreparedStatement statement, int from, String service, String organisation, Entry entry) throws SQLException {
        statement.setString(from, service);
        statement.setString(from + 1, organisation);
        statement.setString(from + 2, entry.identifikator());
        statement.setString(from + 3, entry.gjelderPeriode());
    }
}

package no.delingsruter.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes lookups pending, in the transaction of the calling thread. The row of a key stays when nothing is pending for it, with what
 * was delivered last; its latest sekvensnummer never becomes smaller, so that no answer looks older than what has been delivered.
 */
final class PendingRows {
    /** Without statistics PostgreSQL takes the index of due lookups to be as good as the key; the expression keeps it from that. */
    static final String KEY =
            "service || '' = ? and organisation = ? and lookup = ? and identifikator = ? and gjelder_periode = ? and qualifier = ? and snapshot = ?";

    /** See {@link Times#LATER_FROM}. */
    private static final String LATER_FROM = "timestamp with time zone '2900-01-01 00:00:00+00:00'";

    private static final String LATER = """
            update lookup_state set first_sekvensnummer = ?, latest_sekvensnummer = greatest(latest_sekvensnummer, ?), events = events + ?,
                identity_change = identity_change or ?, hendelse = coalesce(?, hendelse), revision = revision + 1, attempts = 0, due_at =\s""" + Times.LATER_FROM_NOW + " where due_at is null and " + KEY;
    private static final String JOIN = """
            update lookup_state set first_sekvensnummer = case when due_at is null then ? else first_sekvensnummer end,
                latest_sekvensnummer = greatest(latest_sekvensnummer, ?), events = events + ?, identity_change = identity_change or ?,
                revision = revision + 1,\s""";
    private static final String JOIN_LATER = JOIN + "hendelse = coalesce(?, hendelse), due_at = case when due_at < "
            + LATER_FROM + " then due_at else current_timestamp end where " + KEY;
    private static final String JOIN_EARLIER =
            JOIN + "hendelse = coalesce(hendelse, ?), due_at = current_timestamp, attempts = 0 where " + KEY;
    private static final String INSERT = """
            insert into lookup_state (first_sekvensnummer, latest_sekvensnummer, events, identity_change, hendelse, service, organisation,
                lookup, identifikator, gjelder_periode, qualifier, snapshot, revision, attempts, due_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0,\s""";
    private static final String INSERT_NOW = INSERT + "current_timestamp)";
    private static final String INSERT_LATER = INSERT + Times.LATER_FROM_NOW + ")";

    /** A subquery for each key, so that no database without statistics can choose to read the whole table. */
    private static final String KNOWN = """
            select asked.number, (select s.revision from lookup_state s where s.service || '' = ? and s.organisation = ? and s.lookup = asked.lookup
                and s.identifikator = asked.identifikator and s.gjelder_periode = asked.gjelder_periode and s.qualifier = asked.qualifier
                and s.snapshot = asked.snapshot)
            from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as varchar array), cast(? as varchar array),
                cast(? as bigint array), cast(? as integer array)) as asked(lookup, identifikator, gjelder_periode, qualifier, snapshot, number)""";

    private final JdbcTemplate jdbc;

    /** The key of a row whose columns are named as the key's; not every table has the snapshot. */
    static LookupKey key(ResultSet row, long snapshot) throws SQLException {
        return new LookupKey(
                row.getString("service"),
                row.getString("organisation"),
                row.getString("lookup"),
                row.getString("identifikator"),
                row.getString("gjelder_periode"),
                row.getString("qualifier"),
                snapshot);
    }

    PendingRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What new events of one service and organisation ask for: each joins what is pending for its key. */
    void add(Collection<PendingLookup> lookups) {
        if (lookups.isEmpty()) {
            return;
        }
        Durability.makesPending();
        Map<LookupKey, PendingLookup> byKey = new TreeMap<>();
        lookups.forEach(lookup -> byKey.merge(lookup.key(), lookup, PendingLookup::and));
        List<PendingLookup> all = List.copyOf(byKey.values());
        BitSet there = known(all);
        List<PendingLookup> known = there.stream().mapToObj(all::get).toList();
        List<PendingLookup> missing = new ArrayList<>();
        IntStream.range(0, all.size()).filter(i -> !there.get(i)).forEach(i -> missing.add(all.get(i)));
        if (!known.isEmpty()) {
            int[][] joined = jdbc.batchUpdate(JOIN_LATER, known, known.size(), PendingRows::set);
            IntStream.range(0, known.size()).filter(i -> joined[0][i] == 0).forEach(i -> missing.add(known.get(i)));
        }
        if (!missing.isEmpty()) {
            jdbc.batchUpdate(INSERT_NOW, missing, missing.size(), PendingRows::set);
        }
    }

    /** Which of them have a row of their key. */
    private BitSet known(List<PendingLookup> lookups) {
        BitSet there = new BitSet(lookups.size());
        jdbc.query(
                connection -> {
                    PreparedStatement statement = connection.prepareStatement(KNOWN);
                    LookupKey first = lookups.get(0).key();
                    statement.setString(1, first.service());
                    statement.setString(2, first.organisation());
                    int at = 3;
                    for (Function<LookupKey, String> part : List.<Function<LookupKey, String>>of(
                            LookupKey::lookup,
                            LookupKey::identifikator,
                            LookupKey::gjelderPeriode,
                            LookupKey::qualifier)) {
                        statement.setArray(
                                at++,
                                connection.createArrayOf(
                                        "varchar",
                                        lookups.stream()
                                                .map(lookup -> part.apply(lookup.key()))
                                                .toArray()));
                    }
                    statement.setArray(
                            at++,
                            connection.createArrayOf(
                                    "bigint",
                                    lookups.stream()
                                            .map(lookup -> lookup.key().snapshot())
                                            .toArray()));
                    statement.setArray(
                            at,
                            connection.createArrayOf(
                                    "integer",
                                    IntStream.range(0, lookups.size()).boxed().toArray()));
                    return statement;
                },
                row -> {
                    there.set(row.getInt(1), row.getObject(2) != null);
                });
        return there;
    }

    /** What an earlier event asks for again: due at once, with what is pending for its key. */
    void again(PendingLookup lookup) {
        Durability.makesPending();
        if (jdbc.update(JOIN_EARLIER, statement -> set(statement, lookup)) == 0) {
            jdbc.update(INSERT_NOW, statement -> set(statement, lookup));
        }
    }

    /**
     * What an operation asks for, behind all that events ask for.
     *
     * @return false when it is pending already
     */
    boolean later(PendingLookup lookup) {
        Durability.makesPending();
        if (jdbc.update(LATER, statement -> set(statement, lookup)) == 1) {
            return true;
        }
        if (!known(List.of(lookup)).isEmpty()) {
            return false;
        }
        jdbc.update(INSERT_LATER, statement -> set(statement, lookup));
        return true;
    }

    private static void set(PreparedStatement statement, PendingLookup lookup) throws SQLException {
        LookupKey key = lookup.key();
        statement.setLong(1, lookup.firstSekvensnummer());
        statement.setLong(2, lookup.latestSekvensnummer());
        statement.setInt(3, lookup.events());
        statement.setBoolean(4, lookup.identityChange());
        statement.setString(5, lookup.hendelse());
        statement.setString(6, key.service());
        statement.setString(7, key.organisation());
        statement.setString(8, key.lookup());
        statement.setString(9, key.identifikator());
        statement.setString(10, key.gjelderPeriode());
        statement.setString(11, key.qualifier());
        statement.setLong(12, key.snapshot());
    }
}

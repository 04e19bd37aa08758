package no.delingsruter.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.model.Account;
import no.delingsruter.model.Done;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Ends lookups, one or many with the same few statements: a way to the server and back for each statement, and not for each result. Rows
 * are taken in the order of their keys, as a page takes them, so that two transactions never wait for each other.
 */
final class Endings {
    private static final String LAST = "version = ?, outcome = ?, payload_hash = ?, coalesced = coalesced + ?, "
            + Stream.of(Done.values())
                    .map(Endings::column)
                    .map(column -> column + " = " + column + " + ?")
                    .collect(Collectors.joining(", "));
    /** The revision is the same unless an event has joined the lookup: then it stays, due. */
    private static final String END =
            "update lookup_state set due_at = case when revision = ? then null else due_at end, hendelse = case when revision = ? then null"
                    + " else hendelse end, identity_change = case when revision = ? then false else identity_change end, first_sekvensnummer ="
                    + " case when revision = ? then first_sekvensnummer else latest_sekvensnummer end, events = greatest(0, events - ?),"
                    + " attempts = 0, last_failure = null, " + LAST + " where " + PendingRows.KEY
                    + " and due_at is not null";

    private final Store store;
    private final JdbcTemplate jdbc;
    private final String fence;

    /** @param fence what a condition on a lookup ends with */
    Endings(Store store, JdbcTemplate jdbc, String fence) {
        this.store = store;
        this.jdbc = jdbc;
        this.fence = fence;
    }

    void end(Collection<Ending> endings) {
        List<Ending> all = endings.stream()
                .sorted((one, other) ->
                        one.lookup().key().compareTo(other.lookup().key()))
                .toList();
        writeAll(all);
        List<Ending> together = new ArrayList<>();
        for (Ending ending : all) {
            if (ending.isKept()) {
                together.add(ending);
            } else {
                keep(together);
                together.clear();
                notKept(ending);
            }
        }
        keep(together);
        for (Ending ending : all) {
            if (ending.lookup().parked()) {
                // What was parked for the key is superseded by what has been delivered now; each snapshot is a result
                // of its own
                store.supersede(ending.lookup());
            }
        }
    }

    /** Those of each result in their order. */
    private void writeAll(List<Ending> endings) {
        for (int i = 0; ; i++) {
            Map<String, List<ResultStatement>> same = new LinkedHashMap<>();
            for (Ending ending : endings) {
                if (i < ending.statements().size()) {
                    ResultStatement statement = ending.statements().get(i);
                    same.computeIfAbsent(statement.sql(), sql -> new ArrayList<>())
                            .add(statement);
                }
            }
            if (same.isEmpty()) {
                return;
            }
            same.forEach((sql, statements) -> batch(
                    sql,
                    statements.stream()
                            .map(statement -> statement.values().toArray())
                            .toList()));
        }
    }

    void write(List<ResultStatement> statements) {
        for (ResultStatement statement : statements) {
            batch(
                    statement.sql(),
                    List.<@Nullable Object[]>of(statement.values().toArray()));
        }
    }

    private int[] batch(String sql, List<@Nullable Object[]> values) {
        return jdbc.batchUpdate(sql, values, values.size(), Endings::set)[0];
    }

    static void set(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private void keep(List<Ending> endings) {
        if (!endings.isEmpty()
                && Arrays.stream(batch(
                                END + fence, endings.stream().map(this::values).toList()))
                        .anyMatch(updated -> updated != 1)) {
            throw new Store.RemovedException();
        }
    }

    private @Nullable Object[] values(Ending ending) {
        PendingLookup lookup = ending.lookup();
        int revision = lookup.revision();
        Object[] now = {revision, revision, revision, revision, lookup.events()};
        return Store.around(
                lookup.key(),
                Stream.of(now, last(ending)).flatMap(Arrays::stream).toArray(),
                store.fenced(lookup));
    }

    private static Object[] last(Ending ending) {
        PendingLookup.Delivered last = ending.last();
        return Stream.concat(
                        Stream.of(
                                last.version(),
                                last.outcome(),
                                last.payloadHash(),
                                ending.lookup().events() - 1),
                        Stream.of(Done.values()).map(how -> how == ending.how() ? 1 : 0))
                .toArray();
    }

    /** The column of a key's row that counts it. */
    private static String column(Done how) {
        return how == Done.LEFT_OUT ? how.text() : "done_" + how.text();
    }

    private void notKept(Ending ending) {
        PendingLookup lookup = ending.lookup();
        if (ending.last() == null) {
            store.enter(lookup, ending.how().account(), 1);
            store.enter(lookup, Account.COALESCED, lookup.events() - 1);
        } else {
            remember(lookup.key().subject(), ending);
        }
        if (!store.rest(lookup) && !stays(lookup)) {
            throw new Store.RemovedException();
        }
    }

    /** What is known of a snapshot is kept in the row of its subject. */
    private void remember(LookupKey subject, Ending ending) {
        Object[] values = Store.around(subject, last(ending));
        if (jdbc.update("update lookup_state set " + LAST + " where " + PendingRows.KEY, values) == 0) {
            jdbc.update(
                    "insert into lookup_state (version, outcome, payload_hash, coalesced, "
                            + Stream.of(Done.values()).map(Endings::column).collect(Collectors.joining(", "))
                            + ", service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer,"
                            + " latest_sekvensnummer, events, identity_change, revision, attempts)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, false, 0, 0)",
                    values);
        }
    }

    /** @return false when it is not pending any more */
    private boolean stays(PendingLookup lookup) {
        return jdbc.update(
                        "update lookup_state set events = greatest(0, events - ?), first_sekvensnummer = latest_sekvensnummer,"
                                + " attempts = 0, last_failure = null where " + PendingRows.KEY
                                + " and due_at is not null" + fence,
                        Store.around(lookup.key(), new Object[] {lookup.events()}, store.fenced(lookup)))
                == 1;
    }
}

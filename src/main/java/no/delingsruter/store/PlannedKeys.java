package no.delingsruter.store;

import static no.delingsruter.store.OperationKeys.KEY;
import static no.delingsruter.store.OperationKeys.WAITING;
import static no.delingsruter.store.OperationKeys.guarded;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Which keys an operation has to see to. All methods take part in the transaction of the calling thread, and those that plan say how many
 * they have planned. Failures are {@link StoreException}s.
 */
public final class PlannedKeys {
    private static final String SCOPE =
            " (service = ? or '' = ?) and (organisation = ? or '' = ?) and (lookup = ? or '' = ?)";
    private static final String PLAN = "insert into operation_key (operation, " + KEY
            + ", sekvensnummer, identity_change, hendelse, state) select cast(? as bigint), " + KEY;

    private final JdbcTemplate jdbc;

    PlannedKeys(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Plans all that is held.
     *
     * @param outcome of their last results; null for any
     */
    public long held(long operation, Scope scope, @Nullable String outcome) {
        return guarded(() -> (long) jdbc.update(
                PLAN + ", latest_sekvensnummer, false, hendelse, '" + WAITING
                        + "' from lookup_state where version is not null and snapshot = 0 and" + SCOPE
                        + (outcome == null ? "" : " and outcome = ?"),
                with(operation, scope, outcome)));
    }

    /** Plans what is held of one whom a key names. */
    public int heldOf(long operation, Scope scope, String identifikator, String gjelderPeriode) {
        return guarded(() -> jdbc.update(
                PLAN + ", latest_sekvensnummer, false, hendelse, '" + WAITING
                        + "' from lookup_state h where version is not null and snapshot = 0 and" + SCOPE
                        + " and identifikator = ? and (gjelder_periode = ? or '' = ?)"
                        + " and not exists (select 1 from operation_key k where k.operation = ? and k.service = h.service"
                        + " and k.organisation = h.organisation and k.lookup = h.lookup and k.identifikator = h.identifikator"
                        + " and k.gjelder_periode = h.gjelder_periode and k.qualifier = h.qualifier and k.snapshot = 0)",
                with(operation, scope, identifikator, gjelderPeriode, gjelderPeriode, operation)));
    }

    /** Plans all results that the store holds. */
    public long results(long operation, Scope scope) {
        return guarded(() -> (long) jdbc.update(
                "insert into operation_key (operation, " + KEY
                        + ", sekvensnummer, identity_change, state) select cast(? as bigint), service, organisation, lookup,"
                        + " identifikator, gjelder_periode, qualifier, 0, sekvensnummer, false, '" + WAITING
                        + "' from result where" + SCOPE,
                with(operation, scope)));
    }

    /** Plans what is parked with a kode, and would be asked for again. */
    public long parked(long operation, Scope scope, String kode) {
        return guarded(() -> (long) jdbc.update(
                PLAN + ", max(sekvensnummer), false, max(hendelse), '" + WAITING
                        + "' from parked where discarded_at is null and attempts > 0 and" + SCOPE
                        + " and kode = ? group by " + KEY,
                with(operation, scope, kode)));
    }

    /** Plans keys of which nothing may be held; those that are planned already are left out. */
    public int add(long operation, Collection<PendingLookup> lookups) {
        int planned = 0;
        for (PendingLookup lookup : lookups) {
            planned += guarded(() -> addOne(operation, lookup));
        }
        return planned;
    }

    private int addOne(long operation, PendingLookup lookup) {
        Object[] known = Store.around(
                lookup.key(),
                new Object[] {lookup.latestSekvensnummer(), lookup.identityChange(), lookup.hendelse(), operation});
        if (jdbc.update(
                        "update operation_key set sekvensnummer = ?, identity_change = identity_change or ?, hendelse = ?"
                                + " where operation = ? and service = ? and organisation = ? and lookup = ? and identifikator = ?"
                                + " and gjelder_periode = ? and qualifier = ? and snapshot = ?",
                        known)
                > 0) {
            return 0;
        }
        return jdbc.update(
                "insert into operation_key (sekvensnummer, identity_change, hendelse, operation, " + KEY
                        + ", state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '" + WAITING + "')",
                known);
    }

    /** Takes out of the plan what a lane's lookups would be asked without their event. @return how many */
    public int leaveOutWithoutEvent(long operation, Scope lane) {
        return guarded(() -> leaveOut(operation, lane, " and hendelse is null"));
    }

    /** Takes out of the plan what no lane looks up. @return how many, by their lanes */
    public Map<Scope, Integer> leaveOutBut(long operation, Collection<Scope> lanes) {
        Map<Scope, Integer> left = outside(operation, lanes);
        guarded(() -> left.keySet().stream()
                .mapToInt(lane -> leaveOut(operation, lane, ""))
                .sum());
        return left;
    }

    /** What no lane looks up. Reads all keys of the operation. @return how many, by their lanes */
    public Map<Scope, Integer> outside(long operation, Collection<Scope> lanes) {
        Map<Scope, Integer> found = new LinkedHashMap<>();
        guarded(() -> {
            jdbc.query(
                    "select service, organisation, lookup, count(*) from operation_key where operation = ?"
                            + " group by service, organisation, lookup order by service, organisation, lookup",
                    (RowCallbackHandler) row ->
                            found.put(new Scope(row.getString(1), row.getString(2), row.getString(3)), row.getInt(4)),
                    operation);
            return null;
        });
        found.keySet().removeAll(lanes);
        return found;
    }

    private int leaveOut(long operation, Scope lane, String which) {
        return jdbc.update(
                "delete from operation_key where operation = ? and state = ? and service = ? and organisation = ? and lookup = ?"
                        + which,
                operation,
                WAITING,
                lane.service(),
                lane.organisation(),
                lane.lookup());
    }

    private static Object[] with(long operation, Scope scope, @Nullable Object... more) {
        List<Object> all = new ArrayList<>();
        all.add(operation);
        for (String part : List.of(scope.service(), scope.organisation(), scope.lookup())) {
            all.add(part);
            all.add(part);
        }
        for (Object one : more) {
            if (one != null) {
                all.add(one);
            }
        }
        return all.toArray();
    }
}

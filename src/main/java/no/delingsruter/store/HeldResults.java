package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import no.delingsruter.model.HeldResult;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Scope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The results that the store itself holds, for an operation that delivers them again. Failures are {@link StoreException}s. */
public final class HeldResults {
    private final JdbcTemplate jdbc;
    private final boolean here;

    /** @param here whether direct:database delivers into the store */
    public HeldResults(DataSource dataSource, boolean here) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.here = here;
    }

    public boolean areHere() {
        return here;
    }

    /** The next ones of an operation, by the numbers that it has for them. */
    public Map<Long, HeldResult> next(long operation, Scope lane, int most) {
        return StoreException.guarded("Results cannot be read", () -> {
            Map<Long, HeldResult> found = new LinkedHashMap<>();
            jdbc.query(
                    "select k.number, r.* from operation_key k join result r on r.identifikator = k.identifikator"
                            + " and r.gjelder_periode = k.gjelder_periode and r.lookup = k.lookup and r.service = k.service"
                            + " and r.organisation = k.organisation and r.qualifier = k.qualifier"
                            + " where k.operation = ? and k.state = 'WAITING' and k.service = ? and k.organisation = ? and k.lookup = ?"
                            + " order by k.number fetch first ? rows only",
                    (RowCallbackHandler) row -> found.put(row.getLong(1), result(row)),
                    operation,
                    lane.service(),
                    lane.organisation(),
                    lane.lookup(),
                    most);
            return found;
        });
    }

    private static HeldResult result(ResultSet row) throws SQLException {
        String payload = row.getString("payload");
        Instant fetched = OperationTable.instant(row, "fetched_at");
        return new HeldResult(
                new LookupKey(
                        row.getString("service"),
                        row.getString("organisation"),
                        row.getString("lookup"),
                        row.getString("identifikator"),
                        row.getString("gjelder_periode"),
                        row.getString("qualifier"),
                        0),
                row.getLong("sekvensnummer"),
                row.getInt("version"),
                row.getString("outcome"),
                row.getString("change"),
                row.getBoolean("incomplete"),
                payload == null ? "" : payload,
                row.getString("payload_hash"),
                row.getString("korrelasjonsid"),
                Objects.requireNonNull(fetched));
    }
}

package no.delingsruter.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    /** The keys of the next ones of an operation, by the numbers that it has for them. */
    public Map<Long, LookupKey> next(long operation, Scope lane, int most) {
        return StoreException.guarded("Results cannot be read", () -> {
            Map<Long, LookupKey> found = new LinkedHashMap<>();
            jdbc.query(
                    "select number, service, organisation, lookup, identifikator, gjelder_periode, qualifier from operation_key"
                            + " where operation = ? and state = 'WAITING' and service = ? and organisation = ? and lookup = ?"
                            + " order by number fetch first ? rows only",
                    (RowCallbackHandler) row -> found.put(row.getLong("number"), PendingRows.key(row, 0)),
                    operation,
                    lane.service(),
                    lane.organisation(),
                    lane.lookup(),
                    most);
            return found;
        });
    }

    /** The result of a key as it is now; empty when nothing is held any more. */
    public Optional<HeldResult> of(LookupKey key) {
        return StoreException.guarded(
                "Results cannot be read",
                () -> jdbc
                        .query(
                                "select * from result where identifikator = ? and gjelder_periode = ? and lookup = ? and service = ?"
                                        + " and organisation = ? and qualifier = ?",
                                (row, number) -> result(row),
                                key.identifikator(),
                                key.gjelderPeriode(),
                                key.lookup(),
                                key.service(),
                                key.organisation(),
                                key.qualifier())
                        .stream()
                        .findFirst());
    }

    private static HeldResult result(ResultSet row) throws SQLException {
        String payload = row.getString("payload");
        Instant fetched = Times.of(row, "fetched_at");
        return new HeldResult(
                PendingRows.key(row, 0),
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

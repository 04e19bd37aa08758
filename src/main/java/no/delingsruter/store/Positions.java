package no.delingsruter.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How far event lists have been read, for an operator who moves that by hand. Methods take part in the transaction of the calling thread.
 * Failures are {@link StoreException}s.
 */
public final class Positions {
    private final JdbcTemplate jdbc;

    public Positions(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** The last number that was read; empty when nothing was. */
    public OptionalLong of(String service, String organisation) {
        return StoreException.guarded("The position of " + service + " cannot be read", () -> {
            List<Long> found = jdbc.queryForList(
                    "select sekvensnummer from checkpoint where service = ? and organisation = ?",
                    Long.class,
                    service,
                    organisation);
            return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get(0));
        });
    }

    /**
     * Nothing is known any more of what was read, so that what is read again is not taken for known.
     *
     * @param from what it has to be now, empty for nothing
     * @return false when it is something else
     */
    public boolean move(String service, String organisation, OptionalLong from, long to) {
        Object now = Instant.now().atOffset(ZoneOffset.UTC);
        try {
            if (from.isPresent()) {
                return jdbc.update(
                                "update checkpoint set sekvensnummer = ?, updated_at = ?, seen = null"
                                        + " where service = ? and organisation = ? and sekvensnummer = ?",
                                to,
                                now,
                                service,
                                organisation,
                                from.getAsLong())
                        == 1;
            }
            return jdbc.update(
                            "insert into checkpoint (service, organisation, sekvensnummer, updated_at) values (?, ?, ?, ?)",
                            service,
                            organisation,
                            to,
                            now)
                    == 1;
        } catch (DuplicateKeyException e) {
            return false;
        } catch (DataAccessException e) {
            throw new StoreException("The position of " + service + " cannot be moved", e);
        }
    }
}

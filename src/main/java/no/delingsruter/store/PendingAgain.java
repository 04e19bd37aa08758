package no.delingsruter.store;

import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.JdbcTemplate;

/** Makes a lookup pending that an earlier event asked for, in the transaction of the calling thread. */
final class PendingAgain {
    private static final String SUBJECT =
            "service = ? and organisation = ? and lookup = ? and identifikator = ? and gjelder_periode = ? and qualifier = ?";
    private final JdbcTemplate jdbc;

    PendingAgain(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Due at once. It joins what is pending for its key, and makes neither that nor what was delivered look older. */
    void pend(LookupKey key, long sekvensnummer, int events, boolean identityChange, String hendelse) {
        Object now = Instant.now().atOffset(ZoneOffset.UTC);
        Long delivered = key.snapshot() != 0 ? null : jdbc.queryForObject("select max(sekvensnummer) from delivered where " + SUBJECT, Long.class,
                key.service(), key.organisation(), key.lookup(), key.identifikator(), key.gjelderPeriode(), key.qualifier());
        // The answer is of now: it must not look older than what has been delivered
        long number = delivered == null ? sekvensnummer : Math.max(delivered, sekvensnummer);
        int joined = jdbc.update("update pending_lookup set latest_sekvensnummer = greatest(latest_sekvensnummer, ?), events = events + ?,"
                        + " identity_change = identity_change or ?, hendelse = coalesce(hendelse, ?), revision = revision + 1, attempts = 0,"
                        + " due_at = ? where " + SUBJECT + " and snapshot = ?", number, events, identityChange, hendelse, now, key.service(),
                key.organisation(), key.lookup(), key.identifikator(), key.gjelderPeriode(), key.qualifier(), key.snapshot());
        if (joined == 0) {
            jdbc.update("insert into pending_lookup (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot,"
                            + " first_sekvensnummer, latest_sekvensnummer, events, identity_change, hendelse, revision, attempts, due_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)", key.service(), key.organisation(), key.lookup(),
                    key.identifikator(), key.gjelderPeriode(), key.qualifier(), key.snapshot(), number, number, events, identityChange, hendelse,
                    now);
        }
    }
}

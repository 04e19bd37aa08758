package no.delingsruter.store;

import static no.delingsruter.store.StoreException.guarded;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How far event lists have been read. Methods take part in the transaction of the calling thread. Failures are {@link StoreException}s.
 */
public final class Positions {
    private final JdbcTemplate jdbc;

    public Positions(DataSource dataSource) {
        this(new JdbcTemplate(dataSource));
    }

    Positions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The last sekvensnummer whose event is stored, -1 before that of a list that begins at 0; empty when the list was never read. */
    public OptionalLong of(String service, String organisation) {
        return guarded("The checkpoint of " + service + " cannot be read", () -> {
            List<Long> found = jdbc.queryForList(
                    "select sekvensnummer from checkpoint where service = ? and organisation = ?",
                    Long.class,
                    service,
                    organisation);
            if (found.isEmpty()) {
                return OptionalLong.empty();
            }
            Long sekvensnummer = found.get(0);
            if (sekvensnummer == null || sekvensnummer < -1) {
                throw new StoreException(
                        "The checkpoint of " + service + " is not a sekvensnummer", new IllegalStateException());
            }
            return OptionalLong.of(sekvensnummer);
        });
    }

    /** What the list's reader noted with the checkpoint; null for nothing. */
    public @Nullable String seen(String service, String organisation) {
        return guarded(
                "The checkpoint of " + service + " cannot be read",
                () -> jdbc
                        .queryForList(
                                "select seen from checkpoint where service = ? and organisation = ?",
                                String.class,
                                service,
                                organisation)
                        .stream()
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null));
    }

    /**
     * Moves one by hand: nothing is known any more of what was read, so that what is read again is not taken for known.
     *
     * @param from what it has to be now, empty for nothing
     * @return false when it is something else
     */
    public boolean move(String service, String organisation, OptionalLong from, long to) {
        return guarded(
                "The position of " + service + " cannot be moved",
                () -> isMoved(() -> from.isPresent()
                        ? jdbc.update(
                                "update checkpoint set sekvensnummer = ?, updated_at = ?, seen = null"
                                        + " where service = ? and organisation = ? and sekvensnummer = ?",
                                to,
                                Times.now(),
                                service,
                                organisation,
                                from.getAsLong())
                        : jdbc.update(
                                "insert into checkpoint (service, organisation, sekvensnummer, updated_at) values (?, ?, ?, ?)",
                                service,
                                organisation,
                                to,
                                Times.now())));
    }

    /**
     * Moves it past a page, by whoever has the list now.
     *
     * @param seen  what the list's reader wants to know again; null for what it wanted before
     * @param epoch of the lease that the page was asked for under
     */
    boolean advance(
            String service,
            String organisation,
            OptionalLong from,
            long to,
            @Nullable String seen,
            Fence fence,
            long epoch) {
        Object[] fenced = fence.values(service, organisation, epoch);
        return isMoved(() -> from.isPresent()
                ? jdbc.update(
                        "update checkpoint set sekvensnummer = ?, updated_at = ?, seen = coalesce(?, seen) where service = ? and organisation = ?"
                                + " and sekvensnummer = ?" + fence.condition(),
                        Store.and(fenced, to, Times.now(), seen, service, organisation, from.getAsLong()))
                : jdbc.update(
                        "insert into checkpoint (service, organisation, sekvensnummer, updated_at, seen) select cast(? as varchar),"
                                + " cast(? as varchar), cast(? as bigint), cast(? as timestamp with time zone), cast(? as text) where 1 = 1"
                                + fence.condition(),
                        Store.and(fenced, service, organisation, to, Times.now(), seen)));
    }

    private static boolean isMoved(IntSupplier update) {
        try {
            return update.getAsInt() == 1;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }
}

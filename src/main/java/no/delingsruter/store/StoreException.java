package no.delingsruter.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Supplier;
import no.delingsruter.support.ProcessEnd;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** The store failed; the message names the kind of failure and never a statement or its parameters. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Classes of SQL states: no connection, no room for one, being stopped or started; and H2's, whose codes for it are many. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "90");

    private static final String DISK_FULL = "53100";

    private final boolean outOfReach;

    public StoreException(String what, Throwable cause) {
        super(what + ": " + kind(cause), null, false, true);
        this.outOfReach = away(cause);
        // The cause is not kept, and with it an Error would be lost
        ProcessEnd.ifFatal(cause);
    }

    /**
     * Does what needs the store.
     *
     * @param what cannot be done when it fails, in words without data
     * @throws StoreException when the store fails
     */
    public static <T> T guarded(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException | TransactionException e) {
            throw new StoreException(what, e);
        }
    }

    /** Whether the database is away, and not only what was asked of it impossible. */
    public boolean outOfReach() {
        return outOfReach;
    }

    private static boolean away(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException
                    || (t instanceof SQLException sql && isAway(String.valueOf(sql.getSQLState())))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an SQL state says that the database is away. */
    static boolean isAway(String state) {
        return state.length() >= 2 && AWAY.contains(state.substring(0, 2));
    }

    /** What went wrong without the statement or its values: SQL state or class name, Camel's wrappings left out. */
    public static String kind(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().equals(DISK_FULL) ? "disk full" : "SQL state " + sql.getSQLState();
            }
        }
        Throwable named = cause;
        while (named.getCause() != null && named.getClass().getName().startsWith("org.apache.camel.")) {
            named = named.getCause();
        }
        return named.getClass().getSimpleName();
    }
}

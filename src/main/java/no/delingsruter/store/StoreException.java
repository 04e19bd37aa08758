package no.delingsruter.store;

import java.sql.SQLException;

/** The store failed; the message names the kind of failure and never a statement or its parameters. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String what, Throwable cause) {
        super(what + ": " + kind(cause), null, false, true);
    }

    /** What went wrong without the statement or its values: SQL state or class name, Camel's wrappings left out. */
    public static String kind(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                return "SQL state " + sql.getSQLState();
            }
        }
        Throwable named = cause;
        while (named.getCause() != null && named.getClass().getName().startsWith("org.apache.camel.")) {
            named = named.getCause();
        }
        return named.getClass().getSimpleName();
    }
}

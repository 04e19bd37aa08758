package no.delingsruter.logging;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** An exception as it may be logged: class, stack and causes of the original, and what is left of its message. */
final class MaskedThrowable extends Throwable {
    private static final long serialVersionUID = 1L;
    private final String text;

    private MaskedThrowable(String text, Throwable cause) {
        super(text, cause, true, true);
        this.text = text;
    }

    /** Null for null. */
    static Throwable of(Throwable original) {
        return of(original, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static MaskedThrowable of(Throwable original, Set<Throwable> seen) {
        if (original == null || !seen.add(original)) {
            return null;
        }
        String message = Masking.message(original);
        MaskedThrowable masked = new MaskedThrowable(
                original.getClass().getName() + (message.isEmpty() ? "" : ": " + message),
                of(original.getCause(), seen));
        masked.setStackTrace(original.getStackTrace());
        for (Throwable suppressed : original.getSuppressed()) {
            MaskedThrowable other = of(suppressed, seen);
            if (other != null) {
                masked.addSuppressed(other);
            }
        }
        return masked;
    }

    /** With the original's class, which the log shall name. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return text;
    }
}

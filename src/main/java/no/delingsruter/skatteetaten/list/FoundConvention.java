package no.delingsruter.skatteetaten.list;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the number that is asked from means to a list: as configured or documented, until its answers show it. */
final class FoundConvention {
    private static final Logger LOG = LoggerFactory.getLogger(FoundConvention.class);

    private final String list;
    private final String key;
    private final Convention configured;
    /** Any thread may ask. */
    private volatile Convention convention;

    private boolean proven;

    /**
     * @param list       for the log
     * @param configured {@code <service>.cursor}; null: to be found out
     * @param expected   as documented
     */
    FoundConvention(String list, String service, Convention configured, Convention expected) {
        this.list = list;
        this.key = service + ".cursor";
        this.configured = configured;
        this.convention = configured == null ? expected : configured;
    }

    Convention get() {
        return convention;
    }

    boolean isInclusive() {
        return convention == Convention.INCLUSIVE;
    }

    /** Whether an answer has shown it. */
    boolean isProven() {
        return proven;
    }

    /** @throws ListStoppedException when it is configured otherwise */
    void found(Convention is) {
        if (configured != null && configured != is) {
            throw new ListStoppedException(key + "=" + configured.text() + ", but the list is " + is.text()
                    + ": asked from a number that it holds, it answers "
                    + (is == Convention.INCLUSIVE ? "with" : "without")
                    + " it; set " + key + " to auto or " + is.text());
        }
        if (!proven || convention != is) {
            LOG.info("{}: its cursor is {}, as its answers show", list, is.text());
        }
        convention = is;
        proven = true;
    }
}

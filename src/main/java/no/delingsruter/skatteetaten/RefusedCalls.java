package no.delingsruter.skatteetaten;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What has been refused lately. What is refused again, while nearly all others were taken, is refused for its own sake, and says nothing
 * about how much the API takes. Used under its owner's lock.
 */
final class RefusedCalls {
    private static final int OTHERS = 2;
    /** Of the others, at most one of so many was refused. */
    private static final int NEARLY_ALL = 4;

    private static final int REMEMBERED = 100;

    /** How it was when a call was refused. */
    private record Counts(long taken, long refused) {}

    private final Map<Integer, Counts> before = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Counts> eldest) {
            return size() > REMEMBERED;
        }
    };

    private long taken;
    private long refused;

    /**
     * @param call what is asked for
     * @return whether it is its own fault
     */
    boolean refused(int call) {
        Counts then = before.remove(call);
        boolean own = then != null
                && taken - then.taken >= OTHERS
                && (refused - then.refused) * NEARLY_ALL <= taken - then.taken;
        refused += own ? 0 : 1;
        before.put(call, new Counts(taken, refused));
        return own;
    }

    void taken(int call) {
        taken++;
        before.remove(call);
    }
}

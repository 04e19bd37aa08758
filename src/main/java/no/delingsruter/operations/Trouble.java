package no.delingsruter.operations;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that something is wrong, and once that it is over. */
public final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);
    private final Map<String, String> open = new ConcurrentHashMap<>();

    /** @param reason one sentence without personal data; logged when it is new for {@code what} */
    public void begins(String what, String reason) {
        String before = open.put(what, reason);
        if (!reason.equals(before)) {
            LOG.warn("{}: {}", what, reason);
        }
    }

    public void ends(String what) {
        if (!open.isEmpty() && open.remove(what) != null) {
            LOG.info("{}: works again", what);
        }
    }

    /** What is wrong now, with its reason. */
    public Map<String, String> open() {
        return Map.copyOf(open);
    }
}

package no.delingsruter.operations;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that something is wrong, and once that it is over. */
public final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    /** How bad it is. */
    public enum Severity {
        /** Slower than usual; goes over by itself. */
        SLOWER,
        /** Nothing is delivered, and somebody may have to act: the store is away, or everything is refused. */
        STANDSTILL
    }

    private record Open(String reason, Severity severity) {
    }

    /** @param reason one sentence without personal data; logged when it is new for {@code what} */
    public void begins(String what, String reason) {
        begins(what, reason, Severity.SLOWER);
    }

    /** @param reason one sentence without personal data; logged when it is new for {@code what} */
    public void begins(String what, String reason, Severity severity) {
        Open before = open.put(what, new Open(reason, severity));
        if (before == null || !reason.equals(before.reason())) {
            LOG.warn("{}: {}", what, reason);
        }
    }

    public void ends(String what) {
        ends(what, "works again");
    }

    /** @param how one sentence without personal data */
    public void ends(String what, String how) {
        if (!open.isEmpty() && open.remove(what) != null) {
            LOG.info("{}: {}", what, how);
        }
    }

    /** What is wrong now, with its reason. */
    public Map<String, String> open() {
        Map<String, String> result = new TreeMap<>();
        open.forEach((what, trouble) -> result.put(what, trouble.reason()));
        return result;
    }

    /** Whether something stands still. */
    public boolean standstill() {
        return open.values().stream().anyMatch(trouble -> trouble.severity() == Severity.STANDSTILL);
    }
}

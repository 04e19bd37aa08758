package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import no.delingsruter.model.LookupKey;
import no.delingsruter.support.SteadyClock;

/**
 * Tells the consumers of pending lookups that there are new ones, so that they need not ask. While full pages follow upon each
 * other, lookups are held for a moment: events for a key that stand in several pages then cost one lookup.
 */
public final class PageNotifier {
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(3);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<List<String>, Instant> catchingUpSince = new ConcurrentHashMap<>();

    /** Told of each page that has been stored, and of what was erased. */
    public interface Listener {
        /** @param keys what the page asked for */
        void arrived(String service, String organisation, Collection<LookupKey> keys);

        /** @param identifikatorer of whom nothing may be kept any longer */
        void erased(String service, String organisation, Collection<String> identifikatorer);
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    public void forget(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * @param keys what the page asked for
     * @param full the page held as many events as were asked for, so that another one will follow at once
     */
    public void arrived(String service, String organisation, Collection<LookupKey> keys, boolean full) {
        if (full) {
            catchingUpSince.putIfAbsent(List.of(service, organisation), SteadyClock.now());
        } else {
            catchingUpSince.remove(List.of(service, organisation));
        }
        listeners.forEach(listener -> listener.arrived(service, organisation, keys));
    }

    /** There is something to look up that no page asked for. */
    void added(String service, String organisation) {
        listeners.forEach(listener -> listener.arrived(service, organisation, List.of()));
    }

    /** The rows of some are gone. */
    public void erased(String service, String organisation, Collection<String> identifikatorer) {
        listeners.forEach(listener -> listener.erased(service, organisation, identifikatorer));
    }

    /** Until when lookups wait for more pages; in the past when they do not. */
    Instant heldUntil(String service, String organisation) {
        Instant since = catchingUpSince.get(List.of(service, organisation));
        return since == null ? Instant.MIN : since.plus(LONGEST_HOLD);
    }
}

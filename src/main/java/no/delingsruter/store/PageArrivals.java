package no.delingsruter.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Tells the consumers of pending lookups that there are new ones, so that they need not ask. */
public final class PageArrivals {
    private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();

    /** @param listener of service and organisation */
    public void listen(BiConsumer<String, String> listener) {
        listeners.add(listener);
    }

    public void forget(BiConsumer<String, String> listener) {
        listeners.remove(listener);
    }

    public void arrived(String service, String organisation) {
        listeners.forEach(listener -> listener.accept(service, organisation));
    }
}

package no.delingsruter.simulator.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.simulator.call.Call;

/** The latency of every kind of call: what is set for an API goes before what is set for all. Thread safe. */
public final class Latencies {
    private final Map<String, Latency> set = new ConcurrentHashMap<>();

    /**
     * @param api API's name, or null for all
     * @param kind LIST or LOOKUP (or TOKEN), or null for lists and lookups
     */
    public void set(String api, Call.Kind kind, Latency latency) {
        String prefix = api == null ? "" : api;
        if (kind != null) {
            set.put(prefix + "/" + kind, latency);
        } else {
            set.put(prefix + "/" + Call.Kind.LIST, latency);
            set.put(prefix + "/" + Call.Kind.LOOKUP, latency);
        }
    }

    long next(Call call) {
        Latency latency = set.get(call.api() + "/" + call.kind());
        return (latency != null ? latency : set.getOrDefault("/" + call.kind(), Latency.NONE))
                .next(call.organisation());
    }
}

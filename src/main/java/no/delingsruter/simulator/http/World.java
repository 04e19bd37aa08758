package no.delingsruter.simulator.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.payload.Payload;
import no.delingsruter.simulator.recorded.Recorded;

/** The data that is served. Thread safe. */
public final class World {
    private final Catalogue catalogue;
    private final Map<String, EventLog> logs = new LinkedHashMap<>();
    private final Map<String, Payload> payloads = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> rettighetspakker;
    private final Recorded recorded;

    /**
     * @param rettighetspakker the valid ones by API; an API that is not there takes every one but "ugyldig"
     * @param recorded may be empty, never null
     */
    public World(Catalogue catalogue, Map<String, Set<String>> rettighetspakker, Recorded recorded) {
        this.catalogue = catalogue;
        this.rettighetspakker = rettighetspakker;
        this.recorded = recorded;
        catalogue.lists().forEach(list -> logs.put(list.id(), new EventLog(list)));
        recorded.fill(logs);
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    public Recorded recorded() {
        return recorded;
    }

    /** @param list id or API's name */
    public EventLog log(String list) {
        return logs.get(catalogue.list(list).id());
    }

    public Map<String, EventLog> logs() {
        return logs;
    }

    Payload payload(LookupApi lookup) {
        return payloads.computeIfAbsent(
                lookup.id(), id -> new Payload(lookup.payload(), lookup.xml(), lookup.repeat()));
    }

    /** The payload of a list that gives full records. */
    Payload payload(ListApi list) {
        return payloads.computeIfAbsent(list.id(), id -> new Payload(id, null, null));
    }

    boolean accepts(String api, String rettighetspakke) {
        Set<String> valid = rettighetspakker.get(api);
        return valid != null ? valid.contains(rettighetspakke) : !"ugyldig".equals(rettighetspakke);
    }
}

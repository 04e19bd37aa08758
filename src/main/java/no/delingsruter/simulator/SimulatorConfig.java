package no.delingsruter.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import no.delingsruter.simulator.http.Latency;

/** How a simulator starts; every setting has a default. Each method returns the same object. */
public final class SimulatorConfig {
    int port;
    String organisation = "310000001";
    Duration tokenLifetime = Duration.ofMinutes(2);
    Latency latency = Latency.NONE;
    Latency listLatency;
    int defaultAntall = 1000;
    int maxAntall = 10_000;
    Path apis;
    Path recorded;
    Path recordedMap;
    boolean substitute = true;
    final Map<String, Set<String>> rettighetspakker = new HashMap<>();
    final Set<String> scopes = new HashSet<>();

    /** @param number 0: any free port (default) */
    public SimulatorConfig port(int number) {
        port = number;
        return this;
    }

    /** The organisation of clients as long as none is registered: nine digits, default 310000001. */
    public SimulatorConfig organisation(String number) {
        organisation = number;
        return this;
    }

    /** Whole seconds; default 120. */
    public SimulatorConfig tokenLifetime(Duration lifetime) {
        tokenLifetime = lifetime;
        return this;
    }

    /** Of lists and lookups; default none. */
    public SimulatorConfig latency(Latency all) {
        latency = all;
        return this;
    }

    /** Of lists alone; default the same as lookups. */
    public SimulatorConfig listLatency(Latency lists) {
        listLatency = lists;
        return this;
    }

    /** Events in a page: when antall is left out (default 1000), and at most (default 10 000). */
    public SimulatorConfig antall(int otherwise, int most) {
        defaultAntall = otherwise;
        maxAntall = most;
        return this;
    }

    /** Lists and lookups beside the simulator's own, in the form of its apis.yaml; payloads are among its own. */
    public SimulatorConfig apis(Path file) {
        apis = file;
        return this;
    }

    /**
     * Recorded answers.
     *
     * @param map which file answers what; null: recorded.yaml in the folder, or by name
     */
    public SimulatorConfig recorded(Path folder, Path map) {
        recorded = folder;
        recordedMap = map;
        return this;
    }

    /** Whether recorded lookups answer about who was asked for (default) and not about who was recorded. */
    public SimulatorConfig substitute(boolean on) {
        substitute = on;
        return this;
    }

    /** The valid rettighetspakker of an API; default: all but "ugyldig". */
    public SimulatorConfig rettighetspakker(String api, Set<String> valid) {
        rettighetspakker.put(api, Set.copyOf(valid));
        return this;
    }

    /** A scope that Maskinporten grants beside those of the APIs. */
    public SimulatorConfig scope(String scope) {
        scopes.add(scope);
        return this;
    }
}

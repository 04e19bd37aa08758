package no.delingsruter.simulator.catalogue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** All APIs that the simulator knows, read from its own files: Skatteetaten's, and other registers. */
public final class Catalogue {
    private final Map<String, ListApi> lists = new LinkedHashMap<>();
    private final Map<String, LookupApi> lookups = new LinkedHashMap<>();

    public Catalogue() {
        this(null);
    }

    /** @param more lists and lookups beside the simulator's own, in the form of apis.yaml; null for none */
    public Catalogue(Path more) {
        try (InputStream own = Catalogue.class.getResourceAsStream("/simulator/apis.yaml");
                InputStream registers = Catalogue.class.getResourceAsStream("/simulator/registers.yaml")) {
            add(own);
            add(registers);
            if (more != null) {
                try (InputStream in = Files.newInputStream(more)) {
                    add(in);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private void add(InputStream in) {
        ObjectMapper mapper = new ObjectMapper();
        var file = (Map<String, Map<String, Map<String, Object>>>)
                new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        file.getOrDefault("lists", Map.of())
                .forEach((id, spec) -> lists.put(id, mapper.convertValue(named(id, spec), ListApi.class)));
        file.getOrDefault("lookups", Map.of())
                .forEach((id, spec) -> lookups.put(id, mapper.convertValue(named(id, spec), LookupApi.class)));
    }

    private static Map<String, Object> named(String id, Map<String, Object> spec) {
        Map<String, Object> copy = new HashMap<>(spec);
        copy.put("id", id);
        return copy;
    }

    public Collection<ListApi> lists() {
        return lists.values();
    }

    public Collection<LookupApi> lookups() {
        return lookups.values();
    }

    /** @param name the list's id (inntekt) or its API's name (inntekthendelser) */
    public ListApi list(String name) {
        ListApi list = lists.get(name);
        return list != null
                ? list
                : lists.values().stream()
                        .filter(l -> l.api().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "No list is named " + name + "; there are " + String.join(", ", lists.keySet())));
    }

    /** @param name the lookup's id (skattemelding-fastsatt) or its API's name (skattemelding: the first of its lookups) */
    public LookupApi lookup(String name) {
        LookupApi lookup = lookups.get(name);
        return lookup != null
                ? lookup
                : lookups.values().stream()
                        .filter(l -> l.api().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "No lookup is named " + name + "; there are " + String.join(", ", lookups.keySet())));
    }

    /** Every scope that Maskinporten grants. */
    public Set<String> scopes() {
        Set<String> scopes = new TreeSet<>();
        lists.values().forEach(l -> scopes.addAll(l.scopes()));
        lookups.values().forEach(l -> scopes.addAll(l.scopes()));
        return scopes;
    }

    /** What the five permits are counted on: the API's name without "hendelser". */
    public static String group(String api) {
        return api.endsWith("hendelser") ? api.substring(0, api.length() - "hendelser".length()) : api;
    }
}

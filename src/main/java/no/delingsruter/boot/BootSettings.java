package no.delingsruter.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/** The keys of the program as Spring has them: under a prefix, and in any of the spellings that Spring allows. */
final class BootSettings {
    private static final List<String> STARTERS_OWN = List.of("enabled", "data-source", "transaction-manager");

    private final Binder binder;

    BootSettings(Environment environment) {
        binder = Binder.get(environment);
    }

    /** Whether a key is set at all. */
    boolean has(String key) {
        return value(key) != null;
    }

    /**
     * @param catalogue all its services run when none are named
     * @param more      what the application's parts say; goes before
     */
    Settings settings(Catalogue catalogue, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>();
        all.put("services", String.join(",", catalogue.services().keySet()));
        given(catalogue).forEach(all::put);
        all.putAll(more);
        return Settings.of(all, System.getenv());
    }

    private Map<String, String> given(Catalogue catalogue) {
        Map<String, String> given = new LinkedHashMap<>(
                binder.bind(DelingsruterProperties.PREFIX, Bindable.mapOf(String.class, String.class))
                        .orElse(Map.of()));
        Map<String, String> known = new LinkedHashMap<>();
        for (String name : Keys.settable(catalogue.services().keySet())) {
            String value = value(name);
            if (value != null) {
                known.put(name, value);
            }
        }
        // An environment variable, and camel case, name a key without its dashes
        List<String> spelt = known.keySet().stream().map(BootSettings::bare).toList();
        given.keySet()
                .removeIf(name -> spelt.contains(bare(name))
                        || STARTERS_OWN.contains(name)
                        || STARTERS_OWN.stream().map(BootSettings::bare).anyMatch(bare(name)::equals)
                        || name.matches(".*\\[\\d+]"));
        given.putAll(known);
        return given;
    }

    private static String bare(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    private @Nullable String value(String key) {
        String name = DelingsruterProperties.PREFIX + "." + key;
        if (!ConfigurationPropertyName.isValid(name)) {
            return null;
        }
        return binder.bind(name, String.class)
                .orElseGet(() -> binder.bind(name, Bindable.listOf(String.class))
                        .map(list -> String.join(",", list))
                        .orElse(null));
    }
}

package no.delingsruter.configuration;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where values come from.
 *
 * @param files     the file of each key that stands in one
 * @param fixed     keys set by JVM properties, or by the program itself, and by which of the two
 * @param variables the environment variable of each key whose value comes from one
 * @param unknown   what sets no key, JVM properties and environment variables, with their values
 */
record Origins(
        Map<String, String> files,
        Map<String, String> fixed,
        Map<String, String> variables,
        Map<String, String> unknown) {
    /** Nothing so far. */
    Origins() {
        this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    Origins copy() {
        return new Origins(
                new TreeMap<>(files), new TreeMap<>(fixed), new TreeMap<>(variables), new TreeMap<>(unknown));
    }

    /** In words. */
    String of(String key) {
        return Optional.ofNullable(fixed.get(key))
                .orElse(
                        variables.containsKey(key)
                                ? "environment variable " + variables.get(key)
                                : files.getOrDefault(key, "default"));
    }

    /** See {@link Settings#explained}. */
    ConfigurationException explained(ConfigurationException e) {
        String message = String.valueOf(e.getMessage());
        return variables.entrySet().stream()
                .filter(entry -> message.matches("(?s)" + Pattern.quote(entry.getKey()) + "[: ].*"))
                .findFirst()
                .map(entry -> new ConfigurationException(
                        message + " Its value comes from the environment variable " + entry.getValue() + "."))
                .orElse(e);
    }
}

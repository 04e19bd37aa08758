package no.delingsruter.configuration;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The environment variables that set keys: {@code SKATTEETATEN_URL} sets {@code skatteetaten.url}. */
public final class EnvironmentNames {
    private static final String OF_SERVICE = "<service>.";

    private EnvironmentNames() {}

    /** The variable that sets a key. */
    public static String of(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The key that a variable sets; empty for none. */
    static Optional<String> key(String variable, Set<String> known) {
        String normalised = variable.toUpperCase(Locale.ROOT);
        Optional<String> exact =
                known.stream().filter(key -> of(key).equals(normalised)).findFirst();
        if (exact.isPresent() || !normalised.equals(variable)) {
            return exact;
        }
        // INNTEKT_POLL_INTERVAL: what stands before a known ending is the service
        return Keys.all().stream()
                .map(Keys.Key::name)
                .filter(name -> name.startsWith(OF_SERVICE))
                .map(name -> name.substring(OF_SERVICE.length()))
                .filter(ending -> normalised.matches("[A-Z0-9]+_" + of(ending)))
                .map(ending -> normalised.substring(0, normalised.indexOf('_')).toLowerCase(Locale.ROOT) + "." + ending)
                .findFirst();
    }
}

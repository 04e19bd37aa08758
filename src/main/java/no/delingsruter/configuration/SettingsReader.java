package no.delingsruter.configuration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts settings together: each source after the one that it goes before. */
final class SettingsReader {
    private static final String MAIN = "application.properties";
    /** What only a process of its own needs, as it is in an application. */
    private static final Map<String, String> IN_APPLICATION = Map.of("management.port", "0", "store.answers", "none");

    private final Map<String, String> values = new TreeMap<>();
    private final Origins origins = new Origins();

    SettingsReader() {
        for (Keys.Key key : Keys.all()) {
            if (key.defaultValue() != null && !key.name().contains("<")) {
                values.put(key.name(), key.defaultValue());
            }
        }
    }

    /** See {@link Settings#load}. */
    Settings load(Path directory, @Nullable String profile, Map<String, String> environment, Properties system) {
        if (Files.exists(directory.resolve(MAIN))) {
            put(PropertiesFile.read(directory.resolve(MAIN)), MAIN);
        }
        if (profile != null) {
            String name = "application-" + profile + ".properties";
            put(PropertiesFile.read(directory.resolve(name)), name);
        }
        environment.forEach((name, value) -> EnvironmentNames.key(name, values.keySet())
                .ifPresentOrElse(
                        key -> {
                            values.put(key, value);
                            origins.variables().put(key, name);
                        },
                        () -> origins.unknown().put(name, value)));
        for (String name : system.stringPropertyNames()) {
            if (Keys.find(name).isPresent() || origins.files().containsKey(name)) {
                values.put(name, system.getProperty(name));
                origins.variables().remove(name);
                origins.fixed().put(name, Settings.BY_PROPERTY);
            } else {
                origins.unknown().put(name, system.getProperty(name));
            }
        }
        return settings(environment);
    }

    /** See {@link Settings#of}. */
    Settings of(Map<String, String> given, Map<String, String> environment) {
        values.putAll(IN_APPLICATION);
        put(given, "the application");
        return settings(environment);
    }

    private void put(Map<String, String> given, String from) {
        values.putAll(given);
        given.keySet().forEach(key -> origins.files().put(key, from));
    }

    private Settings settings(Map<String, String> environment) {
        ProxyVariables.read(environment, values, origins.variables());
        Map<String, String> secretFiles = new TreeMap<>();
        values.replaceAll((name, value) -> {
            String given = value.strip();
            if (!SecretFile.isNamedBy(given)
                    || !Keys.find(name).map(Keys.Key::secret).orElse(false)) {
                return given;
            }
            secretFiles.put(name, given);
            return SecretFile.secret(name, given);
        });
        return new Settings(values, origins, secretFiles);
    }
}

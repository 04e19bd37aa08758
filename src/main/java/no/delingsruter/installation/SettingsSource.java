package no.delingsruter.installation;

import java.util.HashMap;
import java.util.Map;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import org.apache.camel.spi.PropertiesSource;

/** What routes may name as {@code {{key}}}; what no route needs, such as keys and passwords, is not to be had. */
final class SettingsSource implements PropertiesSource {
    private final Map<String, String> values;

    SettingsSource(Settings settings) {
        values = new HashMap<>(settings.values());
        // What Camel asks for beside the address itself
        values.put(
                "s3.override-endpoint",
                String.valueOf(!values.getOrDefault("s3.endpoint", "").isEmpty()));
        // Without a unit, Camel takes milliseconds
        values.replaceAll((key, value) -> value.matches("\\d+")
                        && Keys.find(key).filter(Keys.Key::duration).isPresent()
                ? value + "s"
                : value);
        values.keySet().removeIf(key -> key.startsWith("maskinporten.") || key.startsWith("store."));
    }

    @Override
    public String getName() {
        return Installation.PREFIX + "settings";
    }

    @Override
    public String getProperty(String key) {
        return values.get(key);
    }
}

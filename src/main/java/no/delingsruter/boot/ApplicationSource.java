package no.delingsruter.boot;

import org.apache.camel.spi.PropertiesSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** What the application says by a name is what its routes mean by it; Camel itself asks Spring after all other sources. */
record ApplicationSource(Environment environment) implements PropertiesSource {
    @Override
    public String getName() {
        return "spring";
    }

    @Override
    public @Nullable String getProperty(String key) {
        return environment.getProperty(key);
    }
}

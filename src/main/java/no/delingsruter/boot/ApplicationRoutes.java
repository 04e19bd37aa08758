package no.delingsruter.boot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.StringUtils;

/** The application's own route files, where Camel looks for them. */
final class ApplicationRoutes {
    private static final String WHERE = "camel.main.routes-include-pattern";
    private static final String CAMELS_DEFAULT = "classpath:camel/*,classpath:camel-template/*,classpath:camel-rest/*";

    private ApplicationRoutes() {}

    /** @throws ConfigurationException when none of them follows an event list, or one cannot be read */
    static Catalogue catalogue(Environment environment) {
        String where = environment.getProperty(WHERE, CAMELS_DEFAULT);
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        Map<Path, String> files = new TreeMap<>();
        for (String pattern : StringUtils.commaDelimitedListToStringArray(where)) {
            try {
                for (Resource file :
                        resolver.getResources(pattern.strip().replaceFirst("^classpath:", "classpath*:"))) {
                    String name = file.getFilename();
                    if (name != null && name.matches(".*(?<!\\.kamelet)\\.ya?ml")) {
                        files.put(Path.of(name), file.getContentAsString(StandardCharsets.UTF_8));
                    }
                }
            } catch (FileNotFoundException e) {
                // Camel takes a folder that is not there for an empty one, too
            } catch (IOException e) {
                throw new ConfigurationException(WHERE + ": " + pattern + " cannot be read.");
            }
        }
        Catalogue catalogue = Catalogue.of(files);
        if (catalogue.services().isEmpty()) {
            throw new ConfigurationException("services is missing: no route in " + where
                    + " begins with kamelet:hendelsesliste-source; write one, or set delingsruter.enabled=false.");
        }
        return catalogue;
    }
}

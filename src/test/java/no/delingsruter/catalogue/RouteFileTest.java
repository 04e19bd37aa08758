package no.delingsruter.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileTest {
    private static final String CALLED =
            "- route:\n    from:\n      uri: direct:called\n      steps: []\n- beans:\n    - name: calledBean\n      type: java.util.ArrayList\n";

    @TempDir
    Path routes;

    @BeforeEach
    void called() throws IOException {
        Files.writeString(routes.resolve("called.camel.yaml"), CALLED);
        Files.createDirectory(routes.resolve("kamelets"));
    }

    @Test
    @DisplayName("A file of direct: routes and beans is left out while nothing names them")
    void unnamed() throws IOException {
        other("timer:other", "log:other");
        assertEquals(List.of("other.camel.yaml"), files(Map.of()));
    }

    @Test
    @DisplayName("It is loaded when a setting, another route file or a Kamelet names its endpoint or its bean")
    void named() throws IOException {
        other("timer:other", "log:other");
        List<String> both = List.of("called.camel.yaml", "other.camel.yaml");
        assertEquals(both, files(Map.of("delivery.endpoints", "direct:database,direct:called")));
        assertEquals(both, files(Map.of("watch.endpoint", "jms:keys?connectionFactory=#bean:calledBean")));
        Files.writeString(routes.resolve("kamelets/own.kamelet.yaml"), "to: direct:called");
        assertEquals(both, files(Map.of()));
        Files.delete(routes.resolve("kamelets/own.kamelet.yaml"));
        other("timer:other", "direct:called?timeout=1");
        assertEquals(both, files(Map.of()));
        other("timer:other", "log:other");
        Files.writeString(routes.resolve("other.camel.yaml"), """
                - route:
                    from:
                      uri: timer:other
                      steps:
                        - to:
                            uri: direct
                            parameters:
                              name: called
                """);
        assertEquals(both, files(Map.of()), "as visual editors write it");
    }

    @Test
    @DisplayName("A file of direct: routes that makes no beans is always loaded: it costs nothing")
    void withoutBeans() throws IOException {
        other("timer:other", "log:other");
        Files.writeString(routes.resolve("called.camel.yaml"), CALLED.substring(0, CALLED.indexOf("- beans")));
        assertEquals(List.of("called.camel.yaml", "other.camel.yaml"), files(Map.of()));
    }

    @Test
    @DisplayName(
            "It is loaded when a route computes which direct: endpoint it calls, or when the file begins something itself")
    void mayBeNamed() throws IOException {
        other("timer:other", "direct:${header.name}");
        assertEquals(List.of("called.camel.yaml", "other.camel.yaml"), files(Map.of()));
        other("timer:other", "log:other");
        Files.writeString(
                routes.resolve("called.camel.yaml"),
                CALLED + "- route:\n    from:\n      uri: timer:own\n      steps: []\n");
        assertEquals(List.of("called.camel.yaml", "other.camel.yaml"), files(Map.of()));
        Files.writeString(
                routes.resolve("called.camel.yaml"), CALLED + "- onException:\n    exception: [java.io.IOException]\n");
        assertEquals(List.of("called.camel.yaml", "other.camel.yaml"), files(Map.of()));
    }

    private void other(String from, String to) throws IOException {
        Files.writeString(
                routes.resolve("other.camel.yaml"),
                "- route:\n    from:\n      uri: " + from + "\n      steps:\n        - to: \"" + to + "\"\n");
    }

    private List<String> files(Map<String, String> configuration) {
        Settings settings =
                Settings.load(routes, null, Map.of(), new Properties()).with(configuration);
        return Catalogue.read(routes).files(List.of(), settings).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }
}

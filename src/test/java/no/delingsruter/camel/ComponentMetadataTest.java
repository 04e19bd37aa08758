package no.delingsruter.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Catalogues, editors and other runtimes find our components by what the jar says of them")
class ComponentMetadataTest {
    private static final String FOLDER = "/META-INF/services/org/apache/camel/";

    @ParameterizedTest
    @ValueSource(
            classes = {
                HendelseslisteEndpoint.class,
                PendingLookupEndpoint.class,
                SkatteetatenEndpoint.class,
                StatementEndpoint.class
            })
    @DisplayName(
            "Description, list and configurers are there, and say what the endpoint says; else run mvn camel-component:generate")
    void described(Class<?> endpoint) throws Exception {
        String scheme =
                endpoint.getAnnotation(org.apache.camel.spi.UriEndpoint.class).scheme();
        JsonNode json;
        try (InputStream in = getClass().getResourceAsStream("/META-INF/no/delingsruter/camel/" + scheme + ".json")) {
            json = new ObjectMapper().readTree(in);
        }
        TreeMap<String, String> said = new TreeMap<>();
        TreeMap<String, String> meant = new TreeMap<>();
        for (Field field : endpoint.getDeclaredFields()) {
            UriParam parameter = field.getAnnotation(UriParam.class);
            if (parameter != null) {
                meant.put(field.getName(), parameter.description());
                said.put(
                        field.getName(),
                        json.at("/properties/" + field.getName() + "/description")
                                .asText());
            }
        }
        assertEquals(meant, said);
        Properties list = new Properties();
        try (InputStream in = getClass().getResourceAsStream(FOLDER + "component.properties")) {
            list.load(in);
        }
        assertEquals(
                true, Arrays.asList(list.getProperty("components").split(" ")).contains(scheme), "listed");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            for (String of : new String[] {"-component", "-endpoint"}) {
                assertNotNull(PluginHelper.getConfigurerResolver(camel).resolvePropertyConfigurer(scheme + of, camel));
            }
            assertNotNull(camel.getCamelContextExtension().getEndpointUriFactory(scheme));
        }
        assertNotNull(getClass().getResource("/META-INF/jandex.idx"));
    }

    @Test
    @DisplayName("The jar that is handed out has all that was compiled, the page's views and the index, too")
    void handedOut() throws Exception {
        Path classes = Path.of("target/classes");
        try (JarFile jar = new JarFile("target/delingsruter.jar");
                Stream<Path> files = Files.walk(classes)) {
            assertEquals(
                    List.of(),
                    files.filter(Files::isRegularFile)
                            .map(file -> classes.relativize(file).toString().replace('\\', '/'))
                            .filter(name -> jar.getEntry(name) == null)
                            .toList());
        }
    }
}

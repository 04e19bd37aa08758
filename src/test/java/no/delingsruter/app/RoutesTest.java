package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Keys;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class RoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema CAMEL = schema();

    @TempDir
    Path directory;

    static Stream<Path> routeFiles() throws IOException {
        return Stream.concat(files("routes", ".camel.yaml"), files("routes/examples", ".camel.yaml"));
    }

    static Stream<Path> kameletFiles() throws IOException {
        return files("routes/kamelets", ".kamelet.yaml");
    }

    private static Stream<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    @DisplayName("Every route file follows Camel's own YAML schema")
    void routesFollowTheSchema(Path file) throws IOException {
        assertEquals("", errors(yaml(file)));
    }

    @ParameterizedTest
    @MethodSource("kameletFiles")
    @DisplayName("Every Kamelet's template follows the schema, has its file's name, and describes its parameters")
    void kameletsFollowTheSchema(Path file) throws IOException {
        JsonNode kamelet = yaml(file);
        assertEquals(file.getFileName().toString(), kamelet.at("/metadata/name").asText() + ".kamelet.yaml");
        assertEquals(
                "",
                errors(JSON.createArrayNode()
                        .add(JSON.createObjectNode()
                                .set(
                                        "route",
                                        JSON.createObjectNode().set("from", kamelet.at("/spec/template/from"))))));
        assertTrue(kamelet.at("/spec/definition/description").asText().length() > 20);
        kamelet.at("/spec/definition/properties")
                .properties()
                .forEach(property -> assertTrue(
                        property.getValue().has("title") && property.getValue().has("type"), property.getKey()));
    }

    @Test
    @DisplayName("All services start together")
    void allStart() {
        Catalogue catalogue = Catalogue.read(Path.of("routes"));
        try (TestBed bed = new TestBed(directory)) {
            List<String> services = catalogue.services().values().stream()
                    .filter(service -> !service.list().isEmpty())
                    .map(Catalogue.Service::name)
                    .toList();
            bed.set("services", String.join(",", services)).set("inntekt.follow", "watched");
            services.forEach(
                    service -> bed.set(service + ".rettighetspakke", "test").set(service + ".poll-interval", "1h"));
            services.stream()
                    .filter(service -> catalogue
                            .services()
                            .get(service)
                            .lookups()
                            .values()
                            .iterator()
                            .next()
                            .path()
                            .isEmpty())
                    .forEach(service -> bed.set(service + ".lookup-path", "/v1/{rettighetspakke}/{identifikator}"));
            bed.start();
            for (Route route : bed.application().camel().getRoutes()) {
                assertEquals(
                        ServiceStatus.Started,
                        bed.application().camel().getRouteController().getRouteStatus(route.getRouteId()),
                        route.getRouteId());
            }
            for (String service : services) {
                assertTrue(
                        bed.application().camel().getRoutes().stream()
                                .anyMatch(route -> route.getRouteId().startsWith(service + "-")),
                        service);
            }
        }
    }

    @Test
    @DisplayName("config/application.properties documents every key with the default that the program has")
    void everyKeyIsInTheFile() throws IOException {
        Map<String, String> file = Files.readAllLines(Path.of("config/application.properties")).stream()
                .map(line -> line.startsWith("#") ? line.substring(1) : line)
                .filter(line -> line.matches("[a-z][A-Za-z0-9.-]+=.*"))
                .collect(Collectors.toMap(line -> line.split("=", 2)[0], line -> line.split("=", 2)[1]));
        for (Keys.Key key : Keys.all()) {
            List<String> documented =
                    file.keySet().stream().filter(key::matches).toList();
            assertTrue(!documented.isEmpty(), key.name() + " is not in the file");
            if (key.defaultValue() != null && !key.name().equals("services")) {
                documented.forEach(name -> assertEquals(key.defaultValue(), file.get(name), name));
            }
        }
    }

    private static String errors(JsonNode document) {
        return CAMEL.validate(document).stream()
                // A placeholder stands where the schema wants a number or a boolean
                .filter(error -> !(error.getType().equals("type")
                        && error.getInstanceNode() != null
                        && error.getInstanceNode().asText().matches("\\{\\{.*}}")))
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
    }

    private static JsonSchema schema() {
        try (InputStream schema = RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(JSON.readTree(schema));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }
}

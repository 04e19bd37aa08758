package no.delingsruter.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.camel.HendelseslisteEndpoint;
import no.delingsruter.camel.PendingLookupEndpoint;
import no.delingsruter.camel.SkatteetatenEndpoint;
import no.delingsruter.configuration.Keys;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** With {@code -Ddocs.write=true} the schemas are written instead of compared. */
@DisplayName(
        "An editor marks a wrong parameter while it is typed: schemas that say what the Kamelets and the program say")
class EditorSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROUTES = Path.of("routes/schema/routes.json");
    private static final Path PROPERTIES = Path.of("docs/schema/application-properties.json");
    private static final Path SPRING = Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");
    private static final String STARTER = "no.delingsruter.boot.DelingsruterProperties";
    private static final String POINTER = "# yaml-language-server: $schema=schema/routes.json";
    private static final String CAMELS =
            "https://raw.githubusercontent.com/apache/camel/camel-%s/dsl/camel-yaml-dsl/camel-yaml-dsl/src/generated/resources/schema/camelYamlDsl.json";
    private static final String NODE = "#/definitions/node";
    private static final Map<String, Class<?>> COMPONENTS = Map.of(
            "hendelsesliste", HendelseslisteEndpoint.class,
            "pending-lookup", PendingLookupEndpoint.class,
            "skatteetaten", SkatteetatenEndpoint.class);

    static Stream<Path> routeFiles() {
        return Stream.of("", "examples", "receivers")
                .flatMap(folder -> files(Path.of("routes", folder), ".camel.yaml"));
    }

    private static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("The schema of routes is Camel's, and has each Kamelet and component with its parameters")
    void routesSchema() throws IOException {
        compare(ROUTES, schema());
    }

    @Test
    @DisplayName("The schema of application.properties has every key with its default, and knows the shipped file")
    void propertiesSchema() throws IOException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "config/application.properties").put("type", "object");
        ObjectNode fixed = schema.putObject("properties");
        ObjectNode named = schema.putObject("patternProperties");
        for (Keys.Key key : Keys.all()) {
            ObjectNode property = key.name().contains("<")
                    ? named.putObject("^" + key.name().replace(".", "\\.").replaceAll("<[^>]*>", "[^.]+") + "$")
                    : fixed.putObject(key.name());
            property.put("type", "string").put("description", key.description());
            if (key.defaultValue() != null && !key.secret()) {
                property.put("default", key.defaultValue());
            }
        }
        compare(PROPERTIES, schema);
        Pattern line = Pattern.compile("(?m)^#?([a-z][A-Za-z0-9.-]+)=");
        List<String> unknown = line.matcher(Files.readString(Path.of("config/application.properties")))
                .results()
                .map(match -> match.group(1))
                .filter(key ->
                        !fixed.has(key) && named.properties().stream().noneMatch(entry -> key.matches(entry.getKey())))
                .toList();
        assertEquals(List.of(), unknown);
    }

    @Test
    @DisplayName("Spring Boot's editors are told of every key, with type and default, and of the starter's own")
    void springMetadata() throws IOException {
        ObjectNode metadata = JSON.createObjectNode();
        metadata.putArray("groups").addObject().put("name", "delingsruter").put("type", STARTER);
        ArrayNode properties = metadata.putArray("properties");
        for (String[] own : new String[][] {
            {"enabled", "java.lang.Boolean", "False: nothing is set up"},
            {"data-source", "java.lang.String", "The bean that is the store, where the application has several"},
            {"transaction-manager", "java.lang.String", "The bean that makes its transactions, where there are several"}
        }) {
            properties
                    .addObject()
                    .put("name", "delingsruter." + own[0])
                    .put("type", own[1])
                    .put("description", own[2])
                    .put("sourceType", STARTER);
        }
        for (Keys.Key key : Keys.all()) {
            if (!key.name().contains("<")) {
                String value = String.valueOf(key.defaultValue());
                ObjectNode property = properties
                        .addObject()
                        .put("name", "delingsruter." + key.name())
                        .put("type", type(value))
                        .put("description", key.description());
                if (key.defaultValue() != null && !key.secret() && !value.isEmpty()) {
                    property.put("defaultValue", value);
                }
            }
        }
        metadata.putArray("hints");
        compare(SPRING, metadata);
        assertTrue(metadata.toString().contains("java.time.Duration"), "durations are known");
    }

    private static String type(String value) {
        return "java."
                + (value.matches("\\d+(ms|s|m|h)")
                        ? "time.Duration"
                        : value.matches("\\d+")
                                ? "lang.Long"
                                : value.matches("true|false") ? "lang.Boolean" : "lang.String");
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    @DisplayName("Each shipped route points to the schema, and follows it")
    void shipped(Path file) throws IOException {
        String text = Files.readString(file);
        String pointer = file.getParent().endsWith("routes") ? POINTER : POINTER.replace("=schema", "=../schema");
        assertTrue(text.startsWith(pointer + "\n"), "first line of " + file);
        assertEquals("", errors(text));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "period: month | periode: month | periode",
                "period: month | period: months | period",
                "scope: skatteetaten:inntekt | scoop: skatteetaten:inntekt | scope",
            })
    @DisplayName("Null control: a wrong, a missing and an impossible parameter are marked")
    void marked(String right, String wrong, String named) throws IOException {
        String text = Files.readString(Path.of("routes/inntekt.camel.yaml"));
        assertTrue(text.contains(right), right);
        String said = errors(text.replace(right, wrong));
        assertTrue(said.contains(named), said);
    }

    @Test
    @DisplayName("Null control: a parameter that a component of ours does not have is marked")
    void component() {
        assertTrue(errors(
                        "- route:\n    from:\n      uri: pending-lookup:x\n      parameters: {lokup: y}\n      steps: []\n")
                .contains("lokup"));
    }

    private static ObjectNode schema() throws IOException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put(
                "title", "Routes of Delingsruter: Camel's YAML DSL, and the parameters of our Kamelets and components");
        ArrayNode all = schema.putArray("allOf");
        all.addObject().put("$ref", CAMELS.formatted(new DefaultCamelContext().getVersion()));
        all.addObject().put("$ref", NODE);
        ObjectNode definitions = schema.putObject("definitions");
        ObjectNode node = definitions.putObject("node");
        node.putObject("items").put("$ref", NODE);
        node.putObject("additionalProperties").put("$ref", NODE);
        ArrayNode uses = node.putArray("allOf");
        for (Path file : files(Path.of("routes/kamelets"), ".kamelet.yaml").toList()) {
            JsonNode kamelet = yaml(Files.readString(file));
            String name = kamelet.at("/metadata/name").asText();
            use(
                    uses,
                    "^kamelet:" + name + "$",
                    name,
                    kamelet.at("/spec/definition/required").size() > 0);
            definitions.set(name, kamelet(kamelet.at("/spec/definition")));
        }
        new TreeSet<>(COMPONENTS.keySet()).forEach(scheme -> {
            use(uses, "^" + scheme + ":[^?]*$", scheme, false);
            ObjectNode parameters = definitions.putObject(scheme).put("type", "object");
            ObjectNode properties = parameters.putObject("properties");
            Stream.of(COMPONENTS.get(scheme).getDeclaredMethods())
                    .map(Method::getName)
                    .filter(method -> method.startsWith("set"))
                    .map(method -> method.substring(3, 4).toLowerCase(java.util.Locale.ROOT) + method.substring(4))
                    .sorted()
                    .forEach(properties::putObject);
            parameters.put("additionalProperties", false);
        });
        return schema;
    }

    private static void use(ArrayNode uses, String uri, String name, boolean required) {
        ObjectNode use = uses.addObject();
        ObjectNode when = use.putObject("if");
        when.put("type", "object").putArray("required").add("uri");
        when.putObject("properties").putObject("uri").put("type", "string").put("pattern", uri);
        ObjectNode then = use.putObject("then");
        if (required) {
            then.putArray("required").add("parameters");
        }
        then.putObject("properties").putObject("parameters").put("$ref", "#/definitions/" + name);
    }

    private static ObjectNode kamelet(JsonNode definition) {
        ObjectNode parameters = JSON.createObjectNode();
        parameters
                .put("type", "object")
                .put("description", definition.path("description").asText());
        if (definition.has("required")) {
            parameters.set("required", definition.get("required"));
        }
        ObjectNode properties = parameters.putObject("properties");
        definition.path("properties").properties().forEach(entry -> {
            ObjectNode property = properties.putObject(entry.getKey());
            List.of("title", "description", "default").forEach(name -> {
                if (entry.getValue().has(name)) {
                    property.set(name, entry.getValue().get(name));
                }
            });
            if (entry.getValue().has("enum")) {
                ArrayNode either = property.putArray("anyOf");
                either.addObject().set("enum", entry.getValue().get("enum"));
                // A placeholder
                either.addObject().put("pattern", "\\{\\{").put("type", "string");
            } else {
                property.putArray("type").add("string").add("number").add("boolean");
            }
        });
        return parameters.put("additionalProperties", false);
    }

    /** By our part alone: RoutesTest holds the files to Camel's. */
    private static String errors(String text) {
        try {
            ObjectNode own = schema();
            ((ArrayNode) own.get("allOf")).remove(0);
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(own);
            return schema.validate(yaml(text)).stream().map(Object::toString).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static void compare(Path file, JsonNode content) throws IOException {
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n";
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertTrue(Files.exists(file), file + " is missing; write it with -Ddocs.write=true");
        assertEquals(Files.readString(file), text, file + " is old; write it with -Ddocs.write=true");
    }
}

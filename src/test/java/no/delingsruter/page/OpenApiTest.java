package no.delingsruter.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The OpenAPI file says what /api serves, and the other way round")
class OpenApiTest {
    private final JsonNode file = new YAMLMapper().readTree(PageFiles.text("/page/openapi.yaml"));

    OpenApiTest() throws IOException {}

    private static Set<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("the same addresses, by the same method")
    void addresses() {
        Map<String, String> served = new TreeMap<>();
        Look.ALL.keySet().forEach(path -> served.put("/api/" + path, "get"));
        Verb.ALL.keySet().forEach(path -> served.put("/api/" + path, "post"));
        served.put("/api/openapi.yaml", "get");
        Map<String, String> said = new TreeMap<>();
        file.path("paths")
                .properties()
                .forEach(path -> said.put(
                        path.getKey(),
                        String.join(
                                " ",
                                path.getValue()
                                        .propertyStream()
                                        .map(Map.Entry::getKey)
                                        .toList())));
        assertEquals(served, said);
    }

    @Test
    @DisplayName("the same fields, of which the same are required; each reference leads somewhere")
    void fields() {
        Verb.ALL.forEach((path, verb) -> {
            JsonNode schema =
                    file.at("/paths").path("/api/" + path).at("/post/requestBody/content/application~1json/schema");
            Set<String> fields = new TreeSet<>();
            schema.path("properties").fieldNames().forEachRemaining(fields::add);
            assertEquals(new TreeSet<>(verb.fields()), fields, path);
            assertEquals(new TreeSet<>(verb.required()), texts(schema.path("required")), path);
        });
        Look.ALL.forEach((path, look) -> {
            Set<String> query = new TreeSet<>();
            file.at("/paths")
                    .path("/api/" + path)
                    .at("/get/parameters")
                    .forEach(one -> query.add(one.path("name").asText()));
            assertEquals(new TreeSet<>(look.query()), query, path);
        });
        file.findValuesAsText("$ref")
                .forEach(reference ->
                        assertEquals(false, file.at(reference.substring(1)).isMissingNode(), reference));
    }
}

package no.delingsruter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the program hands out in lib/ has a licence that Apache-2.0 can live with. Where a pom names several, Maven means a choice.
 * The list is the ASF's categories A and B (https://www.apache.org/legal/resolved.html), as far as we need them: the jars are
 * handed out unchanged. LGPL is not on it: it binds whoever hands out the whole, and nothing here needs it.
 */
class LicencesTest {
    private static final Set<String> COMPATIBLE = Set.of(
            "0BSD", "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-1.0", "EPL-2.0", "MPL-2.0");

    /** Written by the build, in process-test-classes. */
    private static final File BOM = new File("target/bom.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    @DisplayName("every library handed out has a licence that Apache-2.0 can live with")
    void compatible() throws IOException {
        boolean left = Boolean.getBoolean("offline") || System.getProperty("test") != null;
        assumeTrue(BOM.exists() || !left, "with -o or -Dtest Maven writes no SBOM");
        assertTrue(BOM.exists(), BOM + " is missing: mvn process-test-classes writes it");
        JsonNode components = JSON.readTree(BOM).path("components");
        assertTrue(
                components
                        .findValuesAsText("name")
                        .containsAll(List.of("camel-main", "h2", "postgresql", "netty-common")),
                BOM + " is not whole");
        assertEquals(Set.of(), incompatible(components));
    }

    @ParameterizedTest
    @DisplayName("a library under another licence, or under none, is found")
    @CsvSource(
            delimiter = '|',
            value = {
                "[{'license':{'id':'GPL-3.0-only'}}]",
                "[{'license':{'name':'Some licence of our own'}}]",
                "[{'expression':'LGPL-2.1-only'}]",
                "[]"
            },
            quoteCharacter = '"')
    void found(String licences) throws IOException {
        String component = "[{'group':'g','name':'n','version':'1','licenses':" + licences + "}]";
        assertEquals(
                1, incompatible(JSON.readTree(component.replace('\'', '"'))).size());
    }

    private static Set<String> incompatible(JsonNode components) {
        Set<String> incompatible = new TreeSet<>();
        for (JsonNode component : components) {
            JsonNode licences = component.path("licenses");
            boolean compatible = StreamSupport.stream(licences.spliterator(), false)
                    .anyMatch(each ->
                            COMPATIBLE.contains(each.path("license").path("id").asText()));
            if (!compatible) {
                incompatible.add("%s:%s:%s %s"
                        .formatted(
                                component.path("group").asText(),
                                component.path("name").asText(),
                                component.path("version").asText(),
                                licences));
            }
        }
        return incompatible;
    }
}

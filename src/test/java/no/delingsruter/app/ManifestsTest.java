package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import no.delingsruter.configuration.Keys;
import no.delingsruter.support.ProcessEnd;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("deploy/: manifests that Kubernetes takes, and that fit the program, the image and one another")
class ManifestsTest {
    private static final Path KUBERNETES = Path.of("deploy", "kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Unknown fields and missing ones, by what Kubernetes' own API description makes of the client's classes. */
    private interface Kind {
        void validate(JsonElement manifest) throws IOException;
    }

    private static final Map<String, Kind> KINDS = Map.of(
            "Deployment", V1Deployment::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);

    @Test
    @DisplayName("Each manifest has the fields that Kubernetes knows, and those that it asks for")
    void valid() throws IOException {
        List<String> kinds = new ArrayList<>();
        for (JsonNode manifest : resources()) {
            String kind = manifest.path("kind").asText();
            kinds.add(kind);
            if (!kind.equals("PodMonitor")) {
                assertDoesNotThrow(validating(kind, manifest), kind);
            }
        }
        assertEquals(List.of("Deployment", "NetworkPolicy", "PodDisruptionBudget", "PodMonitor"), kinds);
    }

    @Test
    @DisplayName("A misspelt field deep in a manifest is found")
    void misspelt() throws IOException {
        JsonNode deployment = YAML.readTree(Files.readString(KUBERNETES.resolve("deployment.yaml"))
                .replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"));
        assertThrows(IllegalArgumentException.class, validating("Deployment", deployment));
    }

    private static Executable validating(String kind, JsonNode manifest) {
        return () -> KINDS.get(kind).validate(JsonParser.parseString(manifest.toString()));
    }

    @Test
    @DisplayName(
            "Probes and metrics go to where management.port serves them; folders are those of the image; nothing is writable but /data and /tmp")
    void fit() throws IOException {
        JsonNode pod =
                YAML.readTree(KUBERNETES.resolve("deployment.yaml").toFile()).at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        Properties configuration = new Properties();
        try (var in = Files.newBufferedReader(KUBERNETES.resolve("application.properties"))) {
            configuration.load(in);
        }
        for (String key : configuration.stringPropertyNames()) {
            assertTrue(Keys.find(key).isPresent(), key);
        }
        assertEquals(
                configuration.getProperty("management.port"),
                container.at("/ports/0/containerPort").asText());
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertEquals("management", container.path(probe).at("/httpGet/port").asText());
        }
        assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
        assertTrue(container.at("/securityContext/readOnlyRootFilesystem").asBoolean());
        assertFalse(container.at("/securityContext/allowPrivilegeEscalation").asBoolean());
        assertEquals("ALL", container.at("/securityContext/capabilities/drop/0").asText());
        String image = Files.readString(Path.of("deploy", "Dockerfile"));
        for (JsonNode mount : container.path("volumeMounts")) {
            String path = mount.path("mountPath").asText();
            assertEquals(
                    !List.of("/data", "/tmp").contains(path),
                    mount.path("readOnly").asBoolean(),
                    path);
        }
        assertTrue(image.contains("-Ddelingsruter.config=/config") && image.contains("WORKDIR /data"), image);
        assertTrue(image.contains("USER " + pod.at("/securityContext/runAsUser").asText() + ":0"), image);
        String routes = "/opt/delingsruter/routes";
        assertTrue(image.contains("-Ddelingsruter.routes=" + routes), image);
        assertEquals(
                routes,
                YAML.readTree(KUBERNETES.resolve("own-routes/deployment.yaml").toFile())
                        .at("/spec/template/spec/containers/0/volumeMounts/0/mountPath")
                        .asText());
        assertEquals(
                "/observe/metrics",
                YAML.readTree(KUBERNETES.resolve("podmonitor.yaml").toFile())
                        .at("/spec/podMetricsEndpoints/0/path")
                        .asText());
    }

    @Test
    @DisplayName(
            "The image copies what there is, and systemd starts again after every exit code but that of a bad configuration")
    void imageAndUnit() throws IOException {
        for (String line : Files.readAllLines(Path.of("deploy", "Dockerfile"))) {
            if (line.startsWith("COPY ")) {
                assertTrue(Files.exists(Path.of(line.replaceAll("^COPY (\\S+) .*", "$1"))), line);
            }
        }
        List<String> unit = Files.readAllLines(Path.of("deploy", "delingsruter.service"));
        assertTrue(unit.contains("Restart=on-failure"));
        assertTrue(unit.contains("RestartPreventExitStatus=" + Delingsruter.BAD_CONFIGURATION));
        assertTrue(ProcessEnd.CODE != Delingsruter.BAD_CONFIGURATION);
    }

    private static List<JsonNode> resources() throws IOException {
        List<JsonNode> result = new ArrayList<>();
        JsonNode names =
                YAML.readTree(KUBERNETES.resolve("kustomization.yaml").toFile()).path("resources");
        for (JsonNode name : names) {
            result.add(YAML.readTree(KUBERNETES.resolve(name.asText()).toFile()));
        }
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            // Nothing lies there that is not used
            assertEquals(
                    names.size() + 1,
                    files.filter(file -> file.toString().endsWith(".yaml")).count());
        }
        return result;
    }
}

package no.delingsruter.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    Path directory;

    private Settings load(Map<String, String> environment) {
        return Settings.load(directory, null, environment, new Properties());
    }

    @Test
    @DisplayName("A secret may stand in a file of its own or in the environment, which may name such a file too")
    void fromFilesAndEnvironment() throws Exception {
        Files.writeString(directory.resolve("password"), "from a file\n");
        Files.writeString(
                directory.resolve("application.properties"),
                "store.password=file:" + directory.resolve("password") + "\njms.password=plain\n");
        assertEquals("from a file", load(Map.of()).get("store.password"));
        assertEquals("plain", load(Map.of()).get("jms.password"));
        assertEquals("from there", load(Map.of("STORE_PASSWORD", "from there")).get("store.password"));
        assertEquals(
                "from a file",
                load(Map.of("JMS_PASSWORD", "file:" + directory.resolve("password")))
                        .get("jms.password"));
    }

    @Test
    @DisplayName(
            "I8: what is wrong with a secret is said without it, nor is the file named that may be misspelt as one")
    void neverEchoed() {
        Settings settings = load(Map.of("STORE_PASSWORD", "hunter2"));
        ConfigurationException e =
                assertThrows(ConfigurationException.class, () -> settings.positive("store.password"));
        assertEquals("store.password: the value is not a whole number of at least 1.", e.getMessage());
        ConfigurationException missing = assertThrows(
                ConfigurationException.class, () -> load(Map.of("STORE_PASSWORD", "file:/nowhere/hunter2")));
        assertFalse(missing.getMessage().contains("hunter2"), missing.getMessage());
        assertEquals("store.password: the file it points to cannot be read.", missing.getMessage());
    }

    @Test
    void onlySecretsAreReadFromFiles() throws Exception {
        Files.writeString(
                directory.resolve("application.properties"), "jms.user=file:" + directory.resolve("password") + "\n");
        assertEquals("file:" + directory.resolve("password"), load(Map.of()).get("jms.user"));
    }
}

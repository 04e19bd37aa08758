package no.delingsruter.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Configuration files as editors of all systems save them")
class SettingsFilesTest {
    @TempDir
    Path directory;

    private Settings load(String text, Charset charset, int... mark) throws IOException {
        Path file = directory.resolve("application.properties");
        byte[] body = text.getBytes(charset);
        byte[] all = new byte[mark.length + body.length];
        for (int i = 0; i < mark.length; i++) {
            all[i] = (byte) mark[i];
        }
        System.arraycopy(body, 0, all, mark.length, body.length);
        Files.write(file, all);
        return Settings.load(directory, null, Map.of(), new Properties());
    }

    private String refused(String text, Charset charset) {
        return assertThrows(ConfigurationException.class, () -> load(text, charset))
                .getMessage()
                .replace(directory + "/", "");
    }

    @Test
    @DisplayName("A byte order mark is no part of the first key, in UTF-8 and in UTF-16 alike")
    void byteOrderMark() throws IOException {
        assertEquals(
                "inntekt",
                load("services=inntekt\n", StandardCharsets.UTF_8, 0xEF, 0xBB, 0xBF)
                        .get("services"));
        assertEquals(
                "æ", load("services=æ\n", StandardCharsets.UTF_16LE, 0xFF, 0xFE).get("services"));
        assertEquals(
                "æ", load("services=æ\n", StandardCharsets.UTF_16BE, 0xFE, 0xFF).get("services"));
    }

    @Test
    @DisplayName("Latin-1 is said with its line")
    void latin1() {
        assertEquals(
                "application.properties:2 is not UTF-8 (perhaps Latin-1); save the file as UTF-8.",
                refused("services=inntekt\n# følg alle\n", StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C:\\users\\x.p12",
                "C:\\temp\\x.p12",
                "D:\\secrets\\v.p12",
                "\\uXYZ",
                "\\\\server\\share",
                "C:\\\\a\\b",
                "keys\\x.p12",
                "a\\tb",
                "x\\\\\\y"
            })
    @DisplayName("A path with single backslashes is refused, for Java would take them for escapes")
    void backslashes(String value) {
        assertEquals(
                "application.properties:2: a backslash begins an escape here; write / or \\\\ in a path.",
                refused(
                        "# C:\\users in a comment is fine\nmaskinporten.keystore=" + value + "\n",
                        StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("Escapes that are meant are taken")
    void escapes() throws IOException {
        Settings settings = load("""
                maskinporten.keystore=C:\\\\users\\\\x\\u00e6.p12
                # a\\b in a comment, and one that ends so: \\
                file.directory=\\\\\\\\server\\\\a\\ b
                kafka.sasl-jaas-config=a\\=b \\
                  # no comment \\: \\# \\!
                """, StandardCharsets.UTF_8);
        assertEquals("C:\\users\\xæ.p12", settings.get("maskinporten.keystore"));
        assertEquals("\\\\server\\a b", settings.get("file.directory"));
        assertEquals("a=b # no comment : # !", settings.get("kafka.sasl-jaas-config"));
    }

    @Test
    @DisplayName("A key that stands twice is refused")
    void twice() {
        assertEquals(
                "application.properties: services stands there twice; leave one of them.",
                refused("services=inntekt\nservices=skatteoppgjoer\n", StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("A secret's file may be saved by PowerShell")
    void secretFile() throws IOException {
        Path secret = directory.resolve("secret");
        Files.write(secret, new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0, '\n', 0});
        assertEquals(
                "a",
                load("store.password=file:" + secret + "\n", StandardCharsets.UTF_8)
                        .get("store.password"));
    }

    @ParameterizedTest
    @CsvSource({"STORE_URL,store.url", "INNTEKT_POLL_INTERVAL,inntekt.poll-interval"})
    @DisplayName("A value that a platform has set in the environment is said to come from there")
    void environment(String variable, String key) {
        Settings settings = Settings.load(directory, null, Map.of(variable, "x"), new Properties());
        assertEquals(Map.of(key, variable), settings.variables());
        String said = settings.explained(new ConfigurationException(key + ": 'x' is not right."))
                .getMessage();
        assertTrue(
                said.endsWith("is not right. Its value comes from the environment variable " + variable + "."), said);
    }
}

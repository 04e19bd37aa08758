package no.delingsruter.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private static Exchange delivery(String payload) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("service", "inntekt");
        exchange.getMessage().setHeader("sekvensnummer", 5_000_000_000L);
        exchange.getMessage().setHeader("incomplete", false);
        exchange.getMessage().setHeader("korrelasjonsid", null);
        exchange.getMessage().setBody(payload.getBytes(StandardCharsets.UTF_8));
        return exchange;
    }

    private JsonLines lines(String permissions) {
        return new JsonLines(directory.resolve("out"), PosixFilePermissions.fromString(permissions));
    }

    @Test
    @DisplayName(
            "file.permissions lets another account read the files, today's and tomorrow's, and nobody may by default")
    void permissions() throws Exception {
        for (String permissions : List.of("rw-------", "rw-r--r--")) {
            lines(permissions).append(delivery("{}"));
            assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
            Files.delete(file());
        }
    }

    private Path file() throws IOException {
        try (var files = Files.list(directory.resolve("out"))) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void oneObjectALineWhateverThePayloadLooksLike() throws Exception {
        JsonLines lines = lines("rw-------");
        lines.append(delivery("{\n  \"beloep\": 250000.0,\r\n  \"navn\": \"æøå \\n\"\n}"));
        lines.append(delivery("<a x=\"1\">\n</a>"));
        lines.append(delivery(""));
        List<String> written = Files.readAllLines(file());
        assertEquals(3, written.size());
        JsonNode first = JSON.readTree(written.get(0));
        assertEquals("æøå \n", first.at("/payload/navn").asText());
        assertEquals(5_000_000_000L, first.get("sekvensnummer").asLong());
        assertTrue(first.get("korrelasjonsid").isNull());
        assertEquals(
                "<a x=\"1\">\n</a>",
                JSON.readTree(written.get(1)).get("payload").asText());
        assertTrue(JSON.readTree(written.get(2)).get("payload").isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}{\"a\":2}", "{\"a\":", "{a}", "[1,", "{}}", "{\"a\":NaN}", "[1] x"})
    @DisplayName("A line is one JSON object, also when a route delivers what only begins like JSON")
    void whatOnlyBeginsLikeJson(String payload) throws Exception {
        lines("rw-------").append(delivery(payload));
        JsonNode line = new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(Files.readAllLines(file()).get(0));
        assertEquals(payload, line.get("payload").asText());
    }

    @Test
    @DisplayName("I2: half a line that a crash left is removed, so that it is never read together with the next")
    void halfALineIsRemoved() throws Exception {
        lines("rw-------").append(delivery("{\"a\":1}"));
        Files.writeString(file(), "{\"half\":\"" + "x".repeat(20_000), StandardOpenOption.APPEND);
        lines("rw-------").append(delivery("{\"a\":2}"));
        List<String> written = Files.readAllLines(file());
        assertEquals(2, written.size());
        assertEquals(2, JSON.readTree(written.get(1)).at("/payload/a").asInt());
    }

    @Test
    void onlyTheOwnerCanRead() throws Exception {
        lines("rw-------").append(delivery("{}"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("out"))));
    }
}

package no.delingsruter.page;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import no.delingsruter.app.TestBed;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "Roles, tokens, other sites' pages and forms: who may not is refused, and the configuration holds no secret")
    void roles() throws Exception {
        try (PageBed page = new PageBed(directory, TestDatabase.H2).start()) {
            assertEquals(401, page.get("api/status", "").statusCode());
            assertEquals(
                    401,
                    page.get("api/status", "another-token-of-twenty-letters").statusCode());
            assertEquals(
                    403,
                    page.post("api/pause", PageBed.READ, "{\"because\": \"x\"}").statusCode());
            String reveal = "{\"identifikator\": \"" + PageBed.HELD + "\", \"reveal\": true}";
            HttpResponse<String> refused = page.post("api/explain", PageBed.OPERATE, reveal);
            assertEquals(403, refused.statusCode());
            assertFalse(refused.body().contains(PageBed.HELD));
            assertEquals(
                    400,
                    page.post("api/pause", PageBed.OPERATE, "{\"why\": \"x\"}").statusCode());
            assertEquals(400, page.post("api/pause", PageBed.OPERATE, "{}").statusCode());
            assertEquals(400, page.post("api/pause", PageBed.OPERATE, "no").statusCode());
            assertEquals(404, page.get("api/nothing", PageBed.READ).statusCode());
            HttpRequest.Builder form = page.request("api/pause", PageBed.OPERATE)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("because=x"));
            assertEquals(415, PageBed.send(form).statusCode());
            HttpRequest.Builder other = page.request("api/pause", PageBed.OPERATE)
                    .header("Content-Type", "application/json")
                    .header("Origin", "https://elsewhere.example")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"because\": \"x\"}"));
            assertEquals(403, PageBed.send(other).statusCode());
            assertEquals("RUNNING", page.shown("status").at("/lists/0/state").asText());

            configuration(page);
            changed(page);
        }
    }

    private static void configuration(PageBed page) throws Exception {
        JsonNode keys = page.shown("configuration").path("keys");
        for (JsonNode key : keys) {
            String name = key.path("key").asText();
            if (name.equals("maskinporten.jwk")) {
                assertEquals("(set)", key.path("value").asText());
            }
            if (name.equals("lookup.tries")) {
                assertEquals("given at the start", key.path("source").asText());
            }
            if (name.equals("progress.interval")) {
                assertEquals("default", key.path("source").asText());
            }
        }
        assertFalse(keys.toString()
                .contains(TestBed.clientKey().getPrivateExponent().toString()));
        assertFalse(keys.toString().contains("postgres\""), "the store's password");
    }

    private static void changed(PageBed page) throws Exception {
        String token = "a-new-token-of-twenty-letters";
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(page.tokens, "nils read sha256:" + hash + "\n");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> page.get("api/status", token).statusCode() == 200);
        assertEquals(401, page.get("api/status", PageBed.READ).statusCode());
        Files.writeString(page.tokens, "nonsense\n");
        assertEquals(200, page.get("api/status", token).statusCode(), "those from before count");
    }

    @Test
    @DisplayName("A proxy in front is believed from its addresses alone; the roles it does not name are not given")
    void proxy() throws Exception {
        try (PageBed page = new PageBed(directory, TestDatabase.H2)) {
            page.bed
                    .set("management.tokens-file", "")
                    .set("management.user-header", "X-Forwarded-User")
                    .set("management.roles-header", "X-Forwarded-Groups")
                    .start();
            assertEquals(401, page.get("api/status", "").statusCode());
            HttpRequest.Builder kari = page.request("api/status", "").header("X-Forwarded-User", "kari");
            assertEquals(200, PageBed.send(kari).statusCode());
            assertEquals(403, PageBed.send(drain(page, "staff")).statusCode());
            assertEquals(200, PageBed.send(drain(page, "staff, operate")).statusCode());
            page.bed.stop();
            page.bed.set("management.proxies", "10.0.0.0/8").start();
            assertEquals(401, PageBed.send(kari).statusCode(), "forged");
        }
    }

    private static HttpRequest.Builder drain(PageBed page, String groups) {
        return page.request("api/drain", "")
                .header("Content-Type", "application/json")
                .header("X-Forwarded-User", "kari")
                .header("X-Forwarded-Groups", groups)
                .POST(HttpRequest.BodyPublishers.ofString("{\"because\": \"x\"}"));
    }

    @Test
    @DisplayName("Without tokens, anybody on this machine may look, by a name of this machine, and change nothing")
    void thisMachine() throws Exception {
        try (PageBed page = new PageBed(directory, TestDatabase.H2)) {
            page.bed.set("management.tokens-file", "").start();
            assertEquals(200, page.get("api/status", "").statusCode());
            assertEquals(200, page.get("", "").statusCode());
            assertEquals(403, page.post("api/pause", "", "{\"because\": \"x\"}").statusCode());
            assertEquals("HTTP/1.1 401 Unauthorized", status(page, "elsewhere.example"));
            assertEquals("HTTP/1.1 200 OK", status(page, "127.0.0.1:" + page.port));
        }
    }

    /** Java's own client sends no other name than the address has. */
    private static String status(PageBed page, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    @DisplayName("A file of tokens that cannot be used is refused at the start, with its line and nothing of it")
    void badTokens() throws Exception {
        try (PageBed page = new PageBed(directory, TestDatabase.H2)) {
            Files.writeString(page.tokens, "lise read " + PageBed.READ + "\nodd admin tooshort\n");
            ConfigurationException refused = assertThrows(ConfigurationException.class, page.bed::start);
            assertTrue(refused.getMessage().startsWith("management.tokens-file: line 2 "), refused.getMessage());
            assertFalse(refused.getMessage().contains("tooshort"));
        }
    }
}

package no.delingsruter.maskinporten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    private static final String SCOPE = "skatteetaten:inntekt";

    @TempDir
    Path directory;

    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private FakeMaskinporten maskinporten;

    @BeforeEach
    void start() throws Exception {
        maskinporten = new FakeMaskinporten((RSAPublicKey) TestKeys.PAIR.getPublic());
    }

    @AfterEach
    void stop() {
        maskinporten.close();
        assertEquals(List.of(), maskinporten.wrong);
    }

    @Test
    @DisplayName("Behind a proxy, too, a key that is as it was is not taken for another, and its end stays known")
    void unchangedBehindAProxy() {
        TokenSource tokens = new TokenSource(
                () -> MaskinportenSettings.from(
                        key -> switch (key) {
                            case "maskinporten.token-url" ->
                                maskinporten.address().toString();
                            case "maskinporten.audience" -> "https://test.maskinporten.no/";
                            case "maskinporten.client-id" -> "our-client";
                            case "maskinporten.jwk" -> TestKeys.jwk("kid");
                            case "maskinporten.key-expires" -> "2026-04-10";
                            case "proxy.url" -> "http://proxy.invalid:3128";
                            case "proxy.none-for" -> maskinporten.address().getHost();
                            default -> null;
                        },
                        Duration.ofSeconds(10)),
                () -> now);
        try (LogLines log = new LogLines()) {
            nextKid(tokens);
            nextKid(tokens);
            assertFalse(log.all().contains("The key for Maskinporten has changed"), log.all());
            assertEquals(Optional.of(Instant.parse("2026-04-10T00:00:00Z")), tokens.expires());
        }
    }

    private TokenSource tokens(Map<String, String> key) {
        return new TokenSource(() -> TestKeys.settings(maskinporten.address(), key), () -> now);
    }

    /** The kid of the grant for a token after the one before has expired. */
    private String nextKid(TokenSource tokens) {
        now = now.plus(Duration.ofMinutes(3));
        tokens.token(SCOPE, ActingFor.OURSELVES);
        return maskinporten
                .grants
                .get(maskinporten.grants.size() - 1)
                .getHeader()
                .getKeyID();
    }

    @Test
    @DisplayName(
            "A key that is replaced signs the next grant; one that cannot be used is said once, and the one before is used on")
    void replaced() throws Exception {
        Path jwk = directory.resolve("client.jwk");
        Files.writeString(jwk, TestKeys.jwk("old"));
        TokenSource tokens = tokens(Map.of("jwk", jwk.toString()));
        assertEquals("old", nextKid(tokens));
        try (LogLines log = new LogLines()) {
            Files.writeString(jwk, TestKeys.jwk("new").substring(0, 100));
            assertEquals("old", nextKid(tokens));
            assertEquals("old", nextKid(tokens));
            Files.writeString(jwk, TestKeys.jwk("new"));
            assertEquals("new", nextKid(tokens));
            assertEquals(1, log.all().split("cannot be used; the one before is used on", -1).length - 1, log.all());
            assertTrue(log.all().contains("INFO The key for Maskinporten has changed"), log.all());
        }
    }

    @Test
    @DisplayName("After invalid_grant the key is read again, so that a key that was replaced late needs no restart")
    void afterInvalidGrant() throws Exception {
        Path jwk = directory.resolve("client.jwk");
        Files.writeString(jwk, TestKeys.jwk("old"));
        TokenSource tokens = tokens(Map.of("jwk", jwk.toString()));
        maskinporten.answer = exchange -> FakeMaskinporten.send(exchange, 400, "{\"error\":\"invalid_grant\"}");
        assertThrows(MaskinportenException.class, () -> nextKid(tokens));
        maskinporten.answer = maskinporten::token;
        Files.writeString(jwk, TestKeys.jwk("new"));
        assertEquals("new", nextKid(tokens));
    }

    @Test
    @DisplayName("A secret that is given as file: is read again, too")
    void secretInAFile() throws Exception {
        Path jwk = directory.resolve("secret");
        Files.writeString(jwk, TestKeys.jwk("old"));
        Files.writeString(directory.resolve("application.properties"), "maskinporten.jwk=file:" + jwk);
        Settings settings = Settings.load(directory, null, Map.of(), new Properties());
        TokenSource tokens = new TokenSource(
                () -> TestKeys.settings(
                        maskinporten.address(),
                        Map.of("jwk", settings.findNow("maskinporten.jwk").orElseThrow())),
                () -> now);
        assertEquals("old", nextKid(tokens));
        Files.writeString(jwk, TestKeys.jwk("new"));
        assertEquals("new", nextKid(tokens));
    }

    @Test
    @DisplayName("The end of a registered key is said daily in the last thirty days, with advice for that kind of key")
    void endOfARegisteredKey() {
        Map<String, String> key = new HashMap<>(Map.of("jwk", TestKeys.jwk("kid"), "key-expires", "2026-04-10"));
        try (LogLines log = new LogLines()) {
            TokenSource tokens = tokens(key);
            assertEquals(Optional.of(Instant.parse("2026-04-10T00:00:00Z")), tokens.expires());
            nextKid(tokens);
            assertFalse(log.all().contains("WARN"), log.all());
            now = Instant.parse("2026-03-12T08:00:00Z");
            nextKid(tokens);
            nextKid(tokens);
            assertEquals(
                    1,
                    log.all().split("expires at 2026-04-10T00:00:00Z, in 28 days: register a new one", -1).length - 1);
            now = now.plus(Duration.ofDays(1));
            nextKid(tokens);
            assertTrue(log.all().contains("in 27 days: register a new one"), log.all());
            assertFalse(log.all().contains("certificate"), log.all());
            // The date in the configuration is that of the key before
            key.put("jwk", TestKeys.jwk("new"));
            nextKid(tokens);
            assertEquals(Optional.empty(), tokens.expires());
        }
        assertEquals(
                "maskinporten.key-expires is not a date such as 2027-01-31",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> tokens(Map.of("jwk", TestKeys.jwk("kid"), "key-expires", "31.01.2027")))
                        .getMessage());
    }
}

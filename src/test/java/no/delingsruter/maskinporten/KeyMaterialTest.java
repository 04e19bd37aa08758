package no.delingsruter.maskinporten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyMaterialTest {
    private static final URI ADDRESS = URI.create("https://test.maskinporten.no/token");

    @TempDir
    static Path directory;

    private static Path keystore;

    @BeforeAll
    static void makeKeystore() throws Exception {
        keystore = TestKeys.withChain(directory);
    }

    @Test
    void noKeyIsRefused() {
        refused("maskinporten.keystore is missing, and so are maskinporten.jwk and maskinporten.private-key", Map.of());
    }

    @Test
    void twoKindsOfKeyAreRefused() {
        refused(
                "maskinporten.jwk is set besides maskinporten.keystore",
                Map.of("keystore", "k.p12", "jwk", TestKeys.jwk("kid")));
    }

    @Test
    void aKeyIdBesidesAKeystoreIsRefused() {
        refused("maskinporten.key-id is set besides maskinporten.keystore", keystore(keystore, "key-id", "kid"));
    }

    @Test
    void aMissingKeystoreIsNamed() {
        refused("maskinporten.keystore names a file that does not exist", keystore(directory.resolve("none.p12")));
    }

    @Test
    void aFileThatIsNoKeystoreIsNamed() throws Exception {
        refused(
                "maskinporten.keystore is not a PKCS#12 file",
                keystore(Files.writeString(directory.resolve("text.p12"), "not a keystore")));
    }

    @Test
    void aWrongKeystorePasswordIsNamed() {
        refused(
                "maskinporten.keystore-password does not open the keystore",
                Map.of("keystore", keystore.toString(), "keystore-password", "wrong-secret"));
        refused("maskinporten.keystore-password does not open the keystore", Map.of("keystore", keystore.toString()));
    }

    @Test
    void aWrongKeyPasswordIsNamed() {
        refused(
                "maskinporten.key-password does not open the private key",
                keystore(keystore, "key-password", "wrong-secret"));
    }

    @Test
    void theKeyMayHaveAPasswordOfItsOwn() throws Exception {
        KeyStore store = TestKeys.load(keystore);
        Path own = TestKeys.save(
                directory.resolve("own.p12"),
                "enterprise",
                (PrivateKey) store.getKey("enterprise", TestKeys.PASSWORD.toCharArray()),
                "key-secret",
                store.getCertificateChain("enterprise"));

        refused("maskinporten.key-password does not open the private key", keystore(own));
        assertTrue(open(keystore(own, "key-password", "key-secret")).expires().isPresent());
    }

    @Test
    void anUnknownAliasIsAnsweredWithThoseThereAre() {
        refused(
                "maskinporten.key-alias names no entry of the keystore, which has [enterprise]",
                keystore(keystore, "key-alias", "other"));
    }

    @Test
    void anAliasWithoutPrivateKeyIsRefused() throws Exception {
        Path trusted = TestKeys.save(
                directory.resolve("trusted.p12"),
                "trusted",
                null,
                null,
                TestKeys.load(keystore).getCertificate("enterprise"));

        refused(
                "maskinporten.key-alias names an entry without a private key",
                keystore(trusted, "key-alias", "trusted"));
        refused("maskinporten.keystore holds no private key", keystore(trusted));
    }

    @Test
    void oneOfSeveralPrivateKeysMustBeChosen() {
        Path both = directory.resolve("both.p12");

        refused("maskinporten.key-alias is missing, and the keystore has several private keys", keystore(both));
        assertTrue(open(keystore(both, "key-alias", "enterprise")).expires().isPresent());
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Path expired = directory.resolve("expired.p12");
        TestKeys.generate(expired, "expired", "-keysize", "2048", "-startdate", "-40d", "-validity", "30");

        refused("maskinporten.keystore holds a certificate that expired at ", keystore(expired));
    }

    @Test
    void aKeystoreKeyThatIsNotRsaOrTooShortIsRefused() throws Exception {
        Path ec = directory.resolve("ec.p12");
        TestKeys.generate(ec, "ec", "EC", "-groupname", "secp256r1");
        Path weak = directory.resolve("weak.p12");
        TestKeys.generate(weak, "weak", "-keysize", "1024");

        refused("maskinporten.keystore holds a key that is not an RSA key", keystore(ec));
        refused("maskinporten.keystore holds an RSA key of 1024 bits", keystore(weak));
    }

    @Test
    void aMissingJwkFileIsNotRepeatedBecauseItMayBeTheKeyItself() {
        String pasted = TestKeys.pem(TestKeys.PAIR.getPrivate())
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();

        assertFalse(refused("maskinporten.jwk names a file that does not exist", Map.of("jwk", pasted))
                .contains(pasted));
        assertFalse(refused(
                        "maskinporten.private-key names a file that does not exist",
                        Map.of("private-key", pasted, "key-id", "kid"))
                .contains(pasted));
    }

    @Test
    void aJwkThatCannotBeUsedIsExplained() throws Exception {
        KeyPair weak = TestKeys.pair("RSA", 1024);
        String weakJwk = new RSAKey.Builder((RSAPublicKey) weak.getPublic())
                .privateKey(weak.getPrivate())
                .keyID("kid")
                .build()
                .toJSONString();
        RSAKey whole = RSAKey.parse(TestKeys.jwk("kid"));

        refused("maskinporten.jwk is not a JWK", Map.of("jwk", "{\"d\":\"top-secret\""));
        refused("maskinporten.jwk is not a JWK", Map.of("jwk", "{\"kty\":\"RSA\",\"d\":\"top-secret\"}"));
        refused("maskinporten.jwk is a set of keys", Map.of("jwk", "{\"keys\":[" + TestKeys.jwk("kid") + "]}"));
        refused(
                "maskinporten.jwk has no private part",
                Map.of("jwk", whole.toPublicJWK().toJSONString()));
        refused(
                "maskinporten.jwk holds a key that is not an RSA key",
                Map.of(
                        "jwk",
                        new ECKeyGenerator(Curve.P_256).keyID("kid").generate().toJSONString()));
        refused("maskinporten.jwk holds an RSA key of 1024 bits", Map.of("jwk", weakJwk));
        refused("maskinporten.key-id is missing", Map.of("jwk", TestKeys.jwk(null)));
    }

    @Test
    void aPemThatCannotBeUsedIsExplained() {
        String pem = TestKeys.pem(TestKeys.PAIR.getPrivate());

        refused("maskinporten.key-id is missing", Map.of("private-key", pem));
        refused(
                "maskinporten.private-key is not PKCS#8: convert it with 'openssl pkcs8 -topk8 -nocrypt",
                pemKey(pem.replace("PRIVATE KEY", "RSA PRIVATE KEY")));
        refused(
                "maskinporten.private-key is protected by a password",
                pemKey(pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")));
        refused(
                "maskinporten.private-key has no BEGIN PRIVATE KEY block",
                pemKey(pem.replace("PRIVATE KEY", "CERTIFICATE")));
        refused(
                "maskinporten.private-key is not an RSA key in PKCS#8",
                pemKey(TestKeys.pem(TestKeys.pair("EC", 256).getPrivate())));
        refused("maskinporten.private-key is not an RSA key in PKCS#8", pemKey(pem.replaceFirst("MII", "!!!")));
        refused(
                "maskinporten.private-key holds an RSA key of 1024 bits",
                pemKey(TestKeys.pem(TestKeys.pair("RSA", 1024).getPrivate())));
    }

    @Test
    void onlyACertificateHasAKnownEnd() throws Exception {
        Instant end = ((X509Certificate) TestKeys.load(keystore).getCertificate("enterprise"))
                .getNotAfter()
                .toInstant();

        assertEquals(Optional.of(end), open(keystore(keystore)).expires());
        assertEquals(Optional.empty(), open(Map.of("jwk", TestKeys.jwk("kid"))).expires());
    }

    @Test
    void aCertificateThatSoonExpiresIsWarnedOf() {
        Instant end = open(keystore(keystore)).expires().orElseThrow();

        assertEquals("", warningsAt(end.minus(Duration.ofDays(31))));
        assertTrue(warningsAt(end.minus(Duration.ofDays(29)))
                .startsWith("WARN The certificate in maskinporten.keystore expires at " + end));
    }

    @Test
    void settingsAreCheckedByKey() {
        Map<String, String> whole = Map.of(
                "maskinporten.token-url",
                ADDRESS.toString(),
                "maskinporten.audience",
                "a",
                "maskinporten.client-id",
                "c");
        whole.keySet()
                .forEach(missing -> assertTrue(assertThrows(
                                IllegalArgumentException.class,
                                () -> MaskinportenSettings.from(
                                        key -> key.equals(missing) ? " " : whole.get(key), Duration.ofSeconds(1)))
                        .getMessage()
                        .startsWith(missing)));
        for (String address :
                new String[] {"ftp://host/token", "/token", "https://user:top-secret@host/token", "a b top-secret"}) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> MaskinportenSettings.from(
                                    key -> key.endsWith("token-url") ? address : whole.get(key), Duration.ofSeconds(1)))
                    .getMessage();
            assertTrue(message.startsWith("maskinporten.token-url") && !message.contains("secret"), message);
        }
    }

    @Test
    void nothingSecretIsPrinted() {
        Map<String, String> key = keystore(keystore, "key-password", "key-secret");
        String jwk = TestKeys.jwk("kid");

        assertFalse(TestKeys.settings(ADDRESS, key).toString().contains("secret"));
        assertFalse(TestKeys.settings(ADDRESS, Map.of("jwk", jwk)).toString().contains("\"d\""));
        assertFalse(TestKeys.settings(ADDRESS, Map.of("private-key", TestKeys.pem(TestKeys.PAIR.getPrivate())))
                .toString()
                .contains("PRIVATE"));
        assertEquals(
                "SigningKey[certificates=0, keyId=kid]",
                SigningKeys.load(TestKeys.settings(ADDRESS, Map.of("jwk", jwk)), Instant.now())
                        .toString());
        assertFalse(Token.living("opaque", Instant.EPOCH, Duration.ofMinutes(2))
                .toString()
                .contains("opaque"));
    }

    private static String warningsAt(Instant now) {
        try (LogLines log = new LogLines()) {
            new TokenSource(() -> TestKeys.settings(ADDRESS, keystore(keystore)), () -> now);
            return log.all();
        }
    }

    private static Map<String, String> pemKey(String pem) {
        return Map.of("private-key", pem, "key-id", "kid");
    }

    private static Map<String, String> keystore(Path file) {
        return Map.of("keystore", file.toString(), "keystore-password", TestKeys.PASSWORD);
    }

    private static Map<String, String> keystore(Path file, String key, String value) {
        return Map.of("keystore", file.toString(), "keystore-password", TestKeys.PASSWORD, key, value);
    }

    private static TokenSource open(Map<String, String> key) {
        return new TokenSource(TestKeys.settings(ADDRESS, key));
    }

    private static String refused(String beginning, Map<String, String> key) {
        KeyMaterialException refused = assertThrows(KeyMaterialException.class, () -> open(key));
        assertTrue(refused.getMessage().startsWith(beginning), refused.getMessage());
        assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
        assertNull(refused.getCause());
        return refused.getMessage();
    }
}

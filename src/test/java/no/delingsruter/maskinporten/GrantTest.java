package no.delingsruter.maskinporten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.nimbusds.jose.util.Base64;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrantTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    static Path directory;

    private static Path keystore;

    @BeforeAll
    static void makeKeystore() throws Exception {
        keystore = TestKeys.withChain(directory);
    }

    @Test
    void theGrantCarriesTheDocumentedClaimsAndNothingElse() throws Exception {
        JWTClaimsSet claims = grant(jwk(), null).getJWTClaimsSet();

        assertEquals(
                Set.of("aud", "iss", "scope", "iat", "exp", "jti"),
                claims.getClaims().keySet());
        assertEquals(List.of("https://test.maskinporten.no/"), claims.getAudience());
        assertEquals("our-client", claims.getIssuer());
        assertEquals("skatteetaten:inntekt", claims.getClaim("scope"));
        assertEquals(NOW.minusSeconds(5), claims.getIssueTime().toInstant());
        assertEquals(NOW.plusSeconds(115), claims.getExpirationTime().toInstant());
    }

    @Test
    void audienceIsWrittenAsOneText() throws Exception {
        assertEquals(
                "https://test.maskinporten.no/",
                grant(jwk(), null).getPayload().toJSONObject().get("aud"));
    }

    @Test
    void anotherOrganisationIsNamedAsConsumer() throws Exception {
        JWTClaimsSet claims = grant(jwk(), "987654321").getJWTClaimsSet();

        assertEquals("987654321", claims.getClaim("consumer_org"));
        assertEquals(7, claims.getClaims().size());
    }

    @Test
    void aRegisteredJwkIsNamedByItsKeyId() throws Exception {
        assertEquals(
                Map.of("alg", "RS256", "kid", "jwk-kid"),
                grant(jwk(), null).getHeader().toJSONObject());
    }

    @Test
    void theConfiguredKeyIdGoesBeforeTheJwksOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("key.jwk"), TestKeys.jwk("jwk-kid"));

        assertEquals(
                "other",
                grant(Map.of("jwk", file.toString(), "key-id", "other"), null)
                        .getHeader()
                        .getKeyID());
    }

    @Test
    void aRegisteredPemKeyIsNamedByTheConfiguredKeyId() throws Exception {
        String pem = TestKeys.pem(TestKeys.PAIR.getPrivate());
        Path file = Files.writeString(directory.resolve("key.pem"), pem);
        Map<String, Object> expected = Map.of("alg", "RS256", "kid", "pem-kid");

        assertEquals(
                expected,
                grant(Map.of("private-key", file.toString(), "key-id", "pem-kid"), null)
                        .getHeader()
                        .toJSONObject());
        assertEquals(
                expected,
                grant(Map.of("private-key", pem, "key-id", "pem-kid"), null)
                        .getHeader()
                        .toJSONObject());
        assertEquals(
                expected,
                grant(Map.of("private-key", pem.replace("\n", "\\n"), "key-id", "pem-kid"), null)
                        .getHeader()
                        .toJSONObject());
    }

    @Test
    void aCertificateKeySendsItsFullChainInOrder() throws Exception {
        Certificate[] chain = TestKeys.load(keystore).getCertificateChain("enterprise");
        Map<String, String> key = Map.of("keystore", keystore.toString(), "keystore-password", TestKeys.PASSWORD);

        SignedJWT grant = grant(key, null, (RSAPublicKey) chain[0].getPublicKey(), Instant.now());

        assertEquals(2, chain.length);
        assertEquals(
                List.of(Base64.encode(chain[0].getEncoded()), Base64.encode(chain[1].getEncoded())),
                grant.getHeader().getX509CertChain());
        assertEquals(Set.of("alg", "x5c"), grant.getHeader().toJSONObject().keySet());
    }

    @Test
    void noTwoGrantsHaveTheSameId() throws Exception {
        assertNotEquals(
                grant(jwk(), null).getJWTClaimsSet().getJWTID(),
                grant(jwk(), null).getJWTClaimsSet().getJWTID());
    }

    private static Map<String, String> jwk() {
        return Map.of("jwk", TestKeys.jwk("jwk-kid"));
    }

    private static SignedJWT grant(Map<String, String> key, String consumerOrg) throws Exception {
        return grant(key, consumerOrg, (RSAPublicKey) TestKeys.PAIR.getPublic(), NOW);
    }

    private static SignedJWT grant(Map<String, String> key, String consumerOrg, RSAPublicKey verifiedBy, Instant now)
            throws Exception {
        try (FakeMaskinporten maskinporten = new FakeMaskinporten(verifiedBy)) {
            new TokenSource(TestKeys.settings(maskinporten.address(), key), () -> now)
                    .token("skatteetaten:inntekt", consumerOrg);
            assertEquals(List.of(), maskinporten.wrong);
            return maskinporten.grants.get(0);
        }
    }
}

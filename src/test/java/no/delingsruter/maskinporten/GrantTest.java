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
import org.junit.jupiter.api.DisplayName;
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
        JWTClaimsSet claims = grant(jwk(), ActingFor.OURSELVES).getJWTClaimsSet();

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
                grant(jwk(), ActingFor.OURSELVES).getPayload().toJSONObject().get("aud"));
    }

    @Test
    void anotherOrganisationIsNamedAsConsumer() throws Exception {
        JWTClaimsSet claims = grant(jwk(), new ActingFor("987654321", null)).getJWTClaimsSet();

        assertEquals("987654321", claims.getClaim("consumer_org"));
        assertEquals(7, claims.getClaims().size());
    }

    @Test
    @DisplayName("A systembruker is named as Digdir's page has it, and then not as consumer too")
    void aSystembrukerIsNamedInAuthorizationDetails() throws Exception {
        Map<String, Object> expected = Map.of(
                "type",
                "urn:altinn:systemuser",
                "systemuser_org",
                Map.of("authority", "iso6523-actorid-upis", "ID", "0192:987654321"));

        JWTClaimsSet claims =
                grant(jwk(), new ActingFor("987654321", "987654321")).getJWTClaimsSet();
        assertEquals(List.of(expected), claims.getClaim("authorization_details"));
        assertEquals(
                Set.of("aud", "iss", "scope", "iat", "exp", "jti", "authorization_details"),
                claims.getClaims().keySet());

        claims = grant(jwk(), new ActingFor("912345678", "987654321")).getJWTClaimsSet();
        assertEquals(List.of(expected), claims.getClaim("authorization_details"));
        assertEquals("912345678", claims.getClaim("consumer_org"));
    }

    @Test
    void aRegisteredJwkIsNamedByItsKeyId() throws Exception {
        assertEquals(
                Map.of("alg", "RS256", "kid", "jwk-kid"),
                grant(jwk(), ActingFor.OURSELVES).getHeader().toJSONObject());
    }

    @Test
    void theConfiguredKeyIdGoesBeforeTheJwksOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("key.jwk"), TestKeys.jwk("jwk-kid"));

        assertEquals(
                "other",
                grant(Map.of("jwk", file.toString(), "key-id", "other"), ActingFor.OURSELVES)
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
                grant(Map.of("private-key", file.toString(), "key-id", "pem-kid"), ActingFor.OURSELVES)
                        .getHeader()
                        .toJSONObject());
        assertEquals(
                expected,
                grant(Map.of("private-key", pem, "key-id", "pem-kid"), ActingFor.OURSELVES)
                        .getHeader()
                        .toJSONObject());
        assertEquals(
                expected,
                grant(Map.of("private-key", pem.replace("\n", "\\n"), "key-id", "pem-kid"), ActingFor.OURSELVES)
                        .getHeader()
                        .toJSONObject());
    }

    @Test
    void aCertificateKeySendsItsFullChainInOrder() throws Exception {
        Certificate[] chain = TestKeys.load(keystore).getCertificateChain("enterprise");
        Map<String, String> key = Map.of("keystore", keystore.toString(), "keystore-password", TestKeys.PASSWORD);

        SignedJWT grant = grant(key, ActingFor.OURSELVES, (RSAPublicKey) chain[0].getPublicKey(), Instant.now());

        assertEquals(2, chain.length);
        assertEquals(
                List.of(Base64.encode(chain[0].getEncoded()), Base64.encode(chain[1].getEncoded())),
                grant.getHeader().getX509CertChain());
        assertEquals(Set.of("alg", "x5c"), grant.getHeader().toJSONObject().keySet());
    }

    @Test
    void noTwoGrantsHaveTheSameId() throws Exception {
        assertNotEquals(
                grant(jwk(), ActingFor.OURSELVES).getJWTClaimsSet().getJWTID(),
                grant(jwk(), ActingFor.OURSELVES).getJWTClaimsSet().getJWTID());
    }

    private static Map<String, String> jwk() {
        return Map.of("jwk", TestKeys.jwk("jwk-kid"));
    }

    private static SignedJWT grant(Map<String, String> key, ActingFor actingFor) throws Exception {
        return grant(key, actingFor, (RSAPublicKey) TestKeys.PAIR.getPublic(), NOW);
    }

    private static SignedJWT grant(Map<String, String> key, ActingFor actingFor, RSAPublicKey verifiedBy, Instant now)
            throws Exception {
        try (FakeMaskinporten maskinporten = new FakeMaskinporten(verifiedBy)) {
            new TokenSource(() -> TestKeys.settings(maskinporten.address(), key), () -> now)
                    .token("skatteetaten:inntekt", actingFor);
            assertEquals(List.of(), maskinporten.wrong);
            return maskinporten.grants.get(0);
        }
    }
}

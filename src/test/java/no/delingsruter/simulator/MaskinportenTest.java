package no.delingsruter.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskinportenTest {
    private static final String SCOPE = "skatteetaten:inntekt";
    private final Simulator sim = Simulator.start(
            new SimulatorConfig().tokenLifetime(Duration.ofMinutes(2)).scope("test:egen"));
    private TestClient client;
    private static CertificateChain chain;

    @BeforeAll
    static void certificates(@TempDir Path folder) throws Exception {
        chain = CertificateChain.make(folder);
    }

    @BeforeEach
    void connect() {
        client = new TestClient(sim);
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    private String refusal(HttpResponse<String> response) {
        assertTrue(response.statusCode() == 400 || response.statusCode() == 401, response.body());
        JsonNode body = TestClient.json(response);
        assertTrue(body.path("error_uri").asText().startsWith("https://docs.digdir.no/"));
        String description = body.path("error_description").asText();
        return body.path("error").asText() + " "
                + description.substring(description.indexOf("MP-"), description.length() - 1);
    }

    private String refused(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = client.claims(SCOPE);
        change.accept(claims);
        return refusal(client.grant(TestClient.sign(claims.build())));
    }

    @Test
    void aRightGrantGetsAnOpaqueToken() {
        HttpResponse<String> response =
                client.grant(TestClient.sign(client.claims(SCOPE).build()));
        assertEquals(200, response.statusCode(), response.body());
        JsonNode body = TestClient.json(response);
        assertFalse(body.path("access_token").asText().contains("."));
        assertEquals(120, body.path("expires_in").asInt());
        assertEquals(SCOPE, body.path("scope").asText());
        assertEquals("Bearer", body.path("token_type").asText());
        assertEquals(1, sim.stats().tokens().granted());
        assertEquals(TestClient.CLIENT, sim.grants().get(0).claims().get("iss"));
        assertEquals(TestClient.KEY.getKeyID(), sim.grants().get(0).header().get("kid"));
        assertEquals(TestClient.ORGANISATION, sim.grants().get(0).organisation());
        assertEquals(
                200,
                client.grant(TestClient.sign(client.claims("test:egen").build()))
                        .statusCode());
    }

    @Test
    void everyRuleIsKept() {
        assertEquals("invalid_grant MP-112", refused(c -> c.audience(sim.tokenUrl())));
        assertEquals(
                "invalid_grant MP-112",
                refused(c -> c.audience(sim.issuer().substring(0, sim.issuer().length() - 1))));
        assertEquals("invalid_grant MP-112", refused(c -> c.audience(List.of(sim.issuer(), "http://other"))));
        assertEquals("invalid_client MP-119", refused(c -> c.issuer("somebody-else")));
        assertEquals("invalid_client MP-119", refused(c -> c.issuer(null)));
        assertEquals(
                "invalid_scope MP-200", refused(c -> c.claim("scope", "skatteetaten:inntekt skatteetaten:avregning")));
        assertEquals("invalid_scope MP-200", refused(c -> c.claim("scope", "skatteetaten:ukjent")));
        assertEquals("invalid_scope MP-200", refused(c -> c.claim("scope", null)));
        assertEquals("invalid_grant MP-116", refused(c -> c.issueTime(TestClient.at(15_000))));
        assertEquals(
                "invalid_grant MP-117",
                refused(c -> c.issueTime(TestClient.at(-90_000)).expirationTime(TestClient.at(-2000))));
        assertEquals(
                "invalid_grant MP-118",
                refused(c -> c.issueTime(TestClient.at(-2000)).expirationTime(TestClient.at(120_000))));
        assertEquals("invalid_grant MP-115", refused(c -> c.issueTime(null)));
        assertEquals("invalid_grant MP-115", refused(c -> c.expirationTime(null)));
        assertEquals("invalid_grant MP-011", refused(c -> c.jwtID(null)));
        assertEquals("invalid_grant MP-110", refused(c -> c.claim("resource", "https://api.skatteetaten.no")));
        assertEquals("invalid_grant MP-111", refused(c -> c.claim("sub", "noen")));
        assertEquals("invalid_grant MP-113", refused(c -> c.claim("consumer_org", "123")));
        assertEquals("invalid_grant MP-114", refused(c -> c.claim("consumer_org", TestClient.ORGANISATION)));
        assertEquals(3L, sim.stats().tokens().refused().get("invalid_grant MP-112"));
        assertEquals("invalid_grant MP-118", sim.grants().get(10).refusal());
    }

    @Test
    void aSystembrukerIsCheckedAsDigdirSays() {
        assertEquals(
                200,
                client.grant(TestClient.sign(client.claims(SCOPE)
                                .claim("authorization_details", systembruker("0192:314000004"))
                                .build()))
                        .statusCode());
        assertEquals("314000004", sim.grants().get(0).organisation());
        assertEquals(
                "invalid_request MP-301",
                refused(c -> c.claim("authorization_details", List.of(Map.of("type", "urn:altinn:another")))));
        assertEquals(
                "invalid_request MP-301",
                refused(c -> c.claim(
                        "authorization_details",
                        List.of(
                                systembruker("0192:314000004").get(0),
                                systembruker("0192:314000005").get(0)))),
                "one party at a time");
        assertEquals(
                "invalid_request MP-302",
                refused(c -> c.claim(
                        "authorization_details",
                        List.of(Map.of("type", "urn:altinn:systemuser", "systemuserorg", 1)))));
        assertEquals(
                "invalid_request MP-303", refused(c -> c.claim("authorization_details", systembruker("314000004"))));
        sim.systembruker("314000004");
        assertEquals(
                "invalid_altinn_customer_configuration MP-303",
                refused(c -> c.claim("authorization_details", systembruker("0192:314000005"))));
    }

    private static List<Map<String, Object>> systembruker(String id) {
        return List.of(Map.of(
                "type",
                "urn:altinn:systemuser",
                "systemuser_org",
                Map.of("authority", "iso6523-actorid-upis", "ID", id)));
    }

    @Test
    void aGrantCanBeUsedOnce() {
        String grant = TestClient.sign(client.claims(SCOPE).jwtID("en-gang").build());
        assertEquals(200, client.grant(grant).statusCode());
        assertEquals("invalid_grant MP-012", refusal(client.grant(grant)));
    }

    @Test
    void theSignatureMustFit() throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(TestClient.KEY.getKeyID())
                .build();
        assertEquals(
                "invalid_grant MP-102",
                refusal(client.grant(TestClient.sign(client.claims(SCOPE).build(), header, TestClient.key()))));
        assertEquals(
                "invalid_client MP-120",
                refusal(client.grant(TestClient.sign(
                        client.claims(SCOPE).build(),
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .keyID("ukjent")
                                .build(),
                        TestClient.KEY))));
        assertEquals(
                "invalid_grant MP-101",
                refusal(client.grant(TestClient.sign(
                        client.claims(SCOPE).build(),
                        new JWSHeader.Builder(JWSAlgorithm.RS256).build(),
                        TestClient.KEY))));
        SignedJWT symmetric = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(TestClient.KEY.getKeyID())
                        .build(),
                client.claims(SCOPE).build());
        symmetric.sign(new MACSigner(new byte[32]));
        assertEquals("invalid_grant MP-100", refusal(client.grant(symmetric.serialize())));
        assertEquals("invalid_grant MP-099", refusal(client.grant("tull")));
        sim.expire(TestClient.KEY.getKeyID());
        assertEquals(
                "invalid_client MP-121",
                refusal(client.grant(TestClient.sign(client.claims(SCOPE).build()))));
    }

    @Test
    void theFormMustBeRight() {
        assertEquals(
                "unsupported_grant_type MP-002", refusal(client.form("grant_type=client_credentials&assertion=x")));
        assertEquals(
                "invalid_request MP-003",
                refusal(client.form("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer")));
        assertEquals("invalid_request MP-001", refusal(client.form("grant_type=%zz")));
    }

    @Test
    void aCertificateNeedsItsWholeChain() {
        sim.trust("certificate-client", "312000003");
        assertEquals(200, x5c(chain, chain.x5c()).statusCode());
        assertEquals("312000003", sim.grants().get(0).organisation());
        assertEquals(200, x5c(chain, chain.x5c().subList(0, 2)).statusCode());
        assertEquals("invalid_grant MP-104", refusal(x5c(chain, chain.x5c().subList(0, 1))));
        assertEquals(
                "invalid_grant MP-104",
                refusal(x5c(chain, List.of(chain.x5c().get(0), chain.x5c().get(2)))));
        assertEquals(
                "invalid_grant MP-102", refusal(x5c(new CertificateChain(chain.x5c(), TestClient.KEY), chain.x5c())));
        assertEquals("invalid_grant MP-103", refusal(x5c(chain, List.of(Base64.encode("tull")))));
    }

    private HttpResponse<String> x5c(CertificateChain signer, List<Base64> x5c) {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).x509CertChain(x5c).build();
        return client.grant(TestClient.sign(
                client.claims(SCOPE).issuer("certificate-client").build(), header, signer.key()));
    }

    @Test
    void aTokenIsForOneOrganisationAndItsTime() {
        sim.list("inntekt").generate(5, 5, 1, 0);
        String delegated = TestClient.json(client.grant(TestClient.sign(
                        client.claims(SCOPE).claim("consumer_org", "314000004").build())))
                .path("access_token")
                .asText();
        client.send(client.request("/inntekthendelser/v1/hendelser", SCOPE)
                .setHeader("Authorization", "Bearer " + delegated)
                .build());
        assertEquals(1, sim.stats().group("inntekt", "314000004").calls());
        assertEquals(0, sim.stats().group("inntekt", TestClient.ORGANISATION).calls());

        assertEquals(200, client.get("/inntekthendelser/v1/hendelser", SCOPE).statusCode());
        sim.forgetTokens();
        HttpResponse<String> forgotten = client.get("/inntekthendelser/v1/hendelser", SCOPE);
        assertEquals(401, forgotten.statusCode());
        assertEquals("FA-003", TestClient.json(forgotten).path("kode").asText());
        assertEquals(
                "DAS-008",
                TestClient.json(client.get("/inntekthendelser/v1/hendelser", "skatteetaten:avregning"))
                        .path("kode")
                        .asText());

        sim.tokenLifetime(1);
        client.forget();
        assertEquals(200, client.get("/inntekthendelser/v1/hendelser", SCOPE).statusCode());
        await().atMost(Duration.ofSeconds(3))
                .until(() -> client.get("/inntekthendelser/v1/hendelser", SCOPE).statusCode() == 401);
    }

    @Test
    void withoutRegisteredClientsAnyCertificateClientIsLetIn() throws Exception {
        try (Simulator open = Simulator.start(new SimulatorConfig().organisation("315000005"))) {
            JWTClaimsSet claims = new JWTClaimsSet.Builder(client.claims(SCOPE).build())
                    .audience(open.issuer())
                    .issuer("hvem-som-helst")
                    .build();
            String grant = TestClient.sign(
                    claims,
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .x509CertChain(chain.x5c())
                            .build(),
                    chain.key());
            HttpResponse<String> response = new TestClientless(open).grant(grant);
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("315000005", open.grants().get(0).organisation());
            assertEquals(Map.of(), open.stats().tokens().refused());
        }
    }

    /** Posts a grant without registering anybody. */
    private record TestClientless(Simulator sim) {
        HttpResponse<String> grant(String assertion) throws Exception {
            return java.net.http.HttpClient.newHttpClient()
                    .send(
                            java.net.http.HttpRequest.newBuilder(java.net.URI.create(sim.tokenUrl()))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion="
                                                    + assertion))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }
    }
}

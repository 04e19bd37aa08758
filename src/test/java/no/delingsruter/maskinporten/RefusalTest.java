package no.delingsruter.maskinporten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    private static final String SCOPE = "skatteetaten:inntekt";
    private static final Map<String, String> KEY = Map.of("jwk", TestKeys.jwk("kid"));

    private FakeMaskinporten maskinporten;

    @BeforeEach
    void start() throws Exception {
        maskinporten = new FakeMaskinporten((RSAPublicKey) TestKeys.PAIR.getPublic());
    }

    @AfterEach
    void stop() {
        maskinporten.close();
    }

    @Test
    void anExpiredKeyIsNamedWithWhatToDo() {
        MaskinportenException no = failure(400, """
                {"error":"invalid_grant","error_description":"Invalid assertion. Client authentication failed. Expired key. (trace_id: 35)",
                 "error_uri":"https://maskinporten.no/errors/MP-121"}""");

        assertTrue(no.refused());
        assertEquals(
                "Maskinporten refused a token for skatteetaten:inntekt with invalid_grant MP-121: the key registered on the client "
                        + "has expired (it lives one year): register a new key, or the same once more",
                no.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "invalid_client  | Client not found MP-100                                        | maskinporten.client-id",
                "invalid_grant   | Invalid JWT claim aud MP-110                                   | maskinporten.audience",
                "invalid_grant   | MP-130 JWT is expired                                          | clock",
                "invalid_grant   | Issue time is after now                                        | clock",
                "invalid_grant   | Unknown key identifier (kid) for client                        | maskinporten.key-id",
                "invalid_grant   | The client requires pre-registered jwk and no key identifier   | maskinporten.private-key",
                "invalid_request | The combination consumer_org in claim and delegation scope     | remove maskinporten.consumer-org",
                "invalid_scope   | Token request contains invalid scopes for client               | add the scope",
                "access_denied   | MP-250: Consumer has not been granted access to the scope      | Skatteetaten",
                "access_denied   | MP-251: Consumer has not delegated access to the scope         | Altinn",
                "invalid_request | MP-301: Unknown authorization details type                     | maskinporten.systembruker",
                "invalid_request | MP-302: Unknown fields in the authorization details            | newer version of this program",
                "invalid_request | MP-303: Invalid authorization details values                   | has approved our system",
                "invalid_altinn_customer_configuration | Something without a code              | has approved our system",
                "invalid_grant   | MP-999                                                         | MP-999: check client, key",
                "unheard_of      | Something new                                                  | Feilsøking i Maskinporten"
            })
    void aRefusalSaysWhatToDo(String error, String description, String advice) {
        MaskinportenException no =
                failure(403, "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");

        assertTrue(no.refused());
        assertTrue(no.getMessage().contains(error) && no.getMessage().contains(advice), no.getMessage());
    }

    @Test
    void aRefusalWith401IsReadLikeTheOthers() {
        assertTrue(failure(401, "{\"error\":\"invalid_client\"}").refused());
    }

    @Test
    void aGrantTakenForUsedIsNoRefusalBecauseTheNextOneIsAnother() {
        assertFalse(failure(400, "{\"error\":\"invalid_grant\",\"error_description\":\"MP-012 Grant is used before\"}")
                .refused());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | {\"error\":\"server_error\"}             | may answer later",
                "503 | <html>down</html>                       | may answer later",
                "429 | {\"error\":\"too_many\"}                 | may answer later",
                "400 | {\"error\":\"temporarily_unavailable\"}  | may answer later",
                "404 | <html>login</html>                      | maskinporten.token-url",
                "302 | {}                                      | maskinporten.token-url",
                "204 | ''                                      | maskinporten.token-url",
                "200 | <html>login</html>                      | maskinporten.token-url",
                "200 | {\"access_token\":\"bad\\r\\nheader\"}   | maskinporten.token-url"
            })
    void anAnswerThatIsNoAnswerIsNoRefusal(int status, String body, String advice) {
        MaskinportenException failure = failure(status, body);

        assertFalse(failure.refused());
        assertTrue(
                failure.getMessage().contains(String.valueOf(status))
                        && failure.getMessage().contains(advice),
                failure.getMessage());
        assertFalse(failure.getMessage().contains("login"));
    }

    @Test
    void silenceEndsWithTheRequestTimeOutInHeadersAndInBody() {
        CountDownLatch never = new CountDownLatch(1);
        TokenSource tokens = new TokenSource(TestKeys.settings(maskinporten.address(), KEY, Duration.ofMillis(300)));
        maskinporten.answer = exchange -> never.await();
        MaskinportenException silent =
                assertThrows(MaskinportenException.class, () -> tokens.token("a", ActingFor.OURSELVES));
        maskinporten.answer = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            never.await();
        };
        MaskinportenException half =
                assertThrows(MaskinportenException.class, () -> tokens.token("b", ActingFor.OURSELVES));

        assertEquals(
                "Maskinporten at localhost did not answer within 300 ms: check the network if it goes on",
                silent.getMessage());
        assertEquals(silent.getMessage(), half.getMessage());
        assertFalse(half.refused());
    }

    @Test
    void noConnectionIsNoRefusal() {
        maskinporten.close();
        MaskinportenException none =
                assertThrows(MaskinportenException.class, () -> tokens().token(SCOPE, ActingFor.OURSELVES));

        assertFalse(none.refused());
        assertTrue(none.getMessage().contains("could not be reached (ConnectException)"), none.getMessage());
    }

    @Test
    void aConnectionClosedAtTheOtherEndIsTriedOnceMoreWithAnotherGrant() throws Exception {
        maskinporten.answer = exchange -> maskinporten.answer = maskinporten::token;

        assertEquals("token-1", tokens().token(SCOPE, ActingFor.OURSELVES));
        assertEquals(
                2,
                maskinporten.grants.stream()
                        .map(grant -> grant.serialize())
                        .distinct()
                        .count());
    }

    @Test
    @DisplayName("I8: nothing secret or personal is logged or thrown, at any level")
    void nothingSecretOrPersonalIsLoggedOrThrownAtAnyLevel() {
        try (LogLines log = new LogLines()) {
            TokenSource tokens = tokens();
            String token = tokens.token("good", ActingFor.OURSELVES);
            maskinporten.answer = exchange -> FakeMaskinporten.send(
                    exchange,
                    400,
                    "{\"error\":\"invalid_grant\",\"error_description\":\""
                            + "MP-011 person 01819012345 and 018190 12345\\r\\nfaked line, grant "
                            + maskinporten.grants.get(1).serialize() + " "
                            + "x".repeat(1000) + "\"}");
            MaskinportenException no =
                    assertThrows(MaskinportenException.class, () -> tokens.token(SCOPE, ActingFor.OURSELVES));
            String said = log.all() + "\n" + no;

            assertTrue(
                    said.contains(
                            "error=invalid_grant error_description=MP-011 person *********** and *********** faked line, grant ***"),
                    said);
            assertFalse(said.contains("x".repeat(500)));
            assertFalse(said.contains(token));
            for (var grant : maskinporten.grants) {
                assertFalse(said.contains(grant.getSignature().toString())
                        || said.contains(grant.getParsedParts()[1].toString()));
            }
        }
    }

    private TokenSource tokens() {
        return new TokenSource(TestKeys.settings(maskinporten.address(), KEY));
    }

    private MaskinportenException failure(int status, String body) {
        maskinporten.answer = exchange -> FakeMaskinporten.send(exchange, status, body);
        MaskinportenException failure =
                assertThrows(MaskinportenException.class, () -> tokens().token(SCOPE, ActingFor.OURSELVES));
        assertEquals(1, maskinporten.grants.size());
        assertFalse(failure.getMessage().contains(maskinporten.grants.get(0).serialize()));
        return failure;
    }
}

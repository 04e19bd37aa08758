package no.delingsruter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A small client for the simulator's tests; shares nothing with the product's. */
final class TestClient {
    static final String CLIENT = "simulator-test-client";
    static final String ORGANISATION = "311000002";
    static final RSAKey KEY = key();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Simulator sim;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> tokens = new HashMap<>();

    TestClient(Simulator sim) {
        this.sim = sim;
        sim.register(KEY.toPublicJWK(), CLIENT, ORGANISATION);
    }

    static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** So many milliseconds from now. */
    static Date at(long ms) {
        return Date.from(Instant.now().plusMillis(ms));
    }

    JWTClaimsSet.Builder claims(String scope) {
        return new JWTClaimsSet.Builder()
                .audience(sim.issuer())
                .issuer(CLIENT)
                .claim("scope", scope)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(at(-2000))
                .expirationTime(at(100_000));
    }

    static String sign(JWTClaimsSet claims, JWSHeader header, RSAKey key) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sign(JWTClaimsSet claims) {
        return sign(
                claims,
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY.getKeyID()).build(),
                KEY);
    }

    HttpResponse<String> grant(String assertion) {
        return form(
                "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
                        + "&assertion=" + assertion);
    }

    HttpResponse<String> form(String form) {
        return join(http.sendAsync(
                HttpRequest.newBuilder(URI.create(sim.tokenUrl()))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    String token(String scope) {
        return tokens.computeIfAbsent(
                scope,
                s -> json(grant(sign(claims(s).build()))).path("access_token").asText());
    }

    void forget() {
        tokens.clear();
    }

    HttpRequest.Builder request(String pathAndQuery, String scope) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + sim.port() + pathAndQuery))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token(scope))
                .header("Korrelasjonsid", UUID.randomUUID().toString());
    }

    HttpResponse<String> get(String pathAndQuery, String scope) {
        return send(request(pathAndQuery, scope).build());
    }

    HttpResponse<String> get(String pathAndQuery, String scope, String accept) {
        return send(request(pathAndQuery, scope).header("Accept", accept).build());
    }

    HttpResponse<String> send(HttpRequest request) {
        return join(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** An Inntekt lookup, for one month. */
    HttpResponse<String> inntekt(String identifikator, String maaned) {
        return get(inntektPath(identifikator, maaned), "skatteetaten:inntekt");
    }

    static String inntektPath(String identifikator, String maaned) {
        return "/inntekt/v1/test/" + identifikator + "/inntekter?fraOgMed=" + maaned + "&tilOgMed=" + maaned;
    }

    HttpResponse<String> control(String method, String path, String body) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + sim.port() + "/simulator/" + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("Not JSON: " + text, e);
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw new java.io.UncheckedIOException(
                    e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        }
    }
}

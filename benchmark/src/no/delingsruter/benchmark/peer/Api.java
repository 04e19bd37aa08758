package no.delingsruter.benchmark.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * The least that a client of Skatteetaten needs, on java.net.http: a token, a page of the list, a lookup; five calls at once.
 * Configured by system properties.
 */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore five = new Semaphore(5, true);
    private final String url = System.getProperty("url");
    private final String listApi = System.getProperty("list");
    private final String lookup = System.getProperty("lookup");
    private String token;
    private Instant expires = Instant.MIN;

    /** One event of the list. */
    public record Event(long sekvensnummer, String identifikator, String gjelderPeriode) {}

    /** The events from a number on; empty when there are none. */
    public List<Event> page(long from) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = call(
                URI.create(url.replace("{api}", listApi) + "/v1/hendelser?fraSekvensnummer=" + from + "&antall=1000"));
        List<Event> events = new ArrayList<>();
        if (answer.statusCode() == 200) {
            for (JsonNode event : JSON.readTree(answer.body()).path("hendelser")) {
                events.add(new Event(
                        event.path("sekvensnummer").asLong(),
                        event.path("identifikator").asText(),
                        event.path("gjelderPeriode").asText()));
            }
        }
        return events;
    }

    /** The payload. */
    public byte[] lookup(Event event) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = call(URI.create(url.replace("{api}", lookup.substring(0, lookup.indexOf('/')))
                + lookup.substring(lookup.indexOf('/'))
                        .replace("{identifikator}", event.identifikator())
                        .replace("{gjelderPeriode}", event.gjelderPeriode())));
        if (answer.statusCode() != 200) {
            throw new IOException("Status " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpResponse<byte[]> call(URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token())
                .header("Accept", "application/json")
                .header("Korrelasjonsid", UUID.randomUUID().toString())
                .build();
        five.acquire();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } finally {
            five.release();
        }
    }

    /** A Maskinporten token, kept until 20 seconds before its end. */
    public synchronized String token() {
        if (Instant.now().isBefore(expires)) {
            return token;
        }
        try {
            RSAKey key = RSAKey.parse(Files.readString(Path.of(System.getProperty("jwk"))));
            SignedJWT grant = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    new JWTClaimsSet.Builder()
                            .issuer(System.getProperty("client-id"))
                            .audience(System.getProperty("audience"))
                            .claim("scope", System.getProperty("scope"))
                            .claim("consumer_org", System.getProperty("organisation"))
                            .issueTime(new Date())
                            .expirationTime(Date.from(Instant.now().plusSeconds(100)))
                            .jwtID(UUID.randomUUID().toString())
                            .build());
            grant.sign(new RSASSASigner(key));
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(System.getProperty("token-url")))
                            .timeout(Duration.ofSeconds(30))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion="
                                            + grant.serialize()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("No token: " + body.path("error"));
            }
            token = body.path("access_token").asText();
            expires = Instant.now().plusSeconds(body.path("expires_in").asLong() - 20);
            return token;
        } catch (IOException | ParseException | JOSEException e) {
            throw new IllegalStateException("No token", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

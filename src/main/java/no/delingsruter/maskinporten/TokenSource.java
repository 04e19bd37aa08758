package no.delingsruter.maskinporten;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Access tokens from Maskinporten, kept until they expire and renewed ahead of it. Safe for many threads: one request at a time is made
 * for one token address, client, scope and party acted for, and all who need it share its outcome.
 */
public final class TokenSource {
    private final MaskinportenSettings settings;
    private final InstantSource clock;
    private final CurrentKey key;
    private final TokenEndpoint endpoint;
    private final Map<SlotKey, TokenSlot> slots = new ConcurrentHashMap<>();

    /** @throws KeyMaterialException when the configured key cannot be used; nothing is sent yet */
    public TokenSource(MaskinportenSettings settings) {
        this(() -> settings, InstantSource.system());
    }

    /**
     * @param settings asked again for each grant: the secrets in them may come from files that change
     * @throws KeyMaterialException when the configured key cannot be used; nothing is sent yet
     */
    public TokenSource(Supplier<MaskinportenSettings> settings) {
        this(settings, InstantSource.system(), UnaryOperator.identity());
    }

    /**
     * The same with what the client is to know of TLS.
     *
     * @throws KeyMaterialException when the configured key cannot be used; nothing is sent yet
     */
    public TokenSource(Supplier<MaskinportenSettings> settings, UnaryOperator<HttpClient.Builder> way) {
        this(settings, InstantSource.system(), way);
    }

    TokenSource(Supplier<MaskinportenSettings> settings, InstantSource clock) {
        this(settings, clock, UnaryOperator.identity());
    }

    /** @param clock the time of grants, tokens and pauses; waiting for an answer is measured in real time */
    private TokenSource(
            Supplier<MaskinportenSettings> settings, InstantSource clock, UnaryOperator<HttpClient.Builder> way) {
        this.settings = settings.get();
        this.clock = clock;
        this.key = new CurrentKey(settings, clock);
        this.endpoint = new TokenEndpoint(this.settings, key, clock, way);
    }

    /**
     * Gives a token that is valid now. It waits only when there is none, at most for the request time-out.
     *
     * @param scope       exactly one scope, such as {@code skatteetaten:inntekt}
     * @param actingFor   on whose behalf
     * @return the opaque access token
     * @throws MaskinportenException    when there is no valid token and none to be had; for a short while after, the same one is thrown
     *                                  without asking Maskinporten again (1 s, doubled each time, 30 s at most)
     * @throws IllegalArgumentException when {@code scope} is not one scope
     */
    public String token(String scope, ActingFor actingFor) {
        return slot(scope, actingFor).get().value();
    }

    /**
     * To be called when the API answered 401: drops the token, so that the next call asks for another. A token that has been replaced
     * meanwhile is left alone.
     *
     * @param token the token that was refused, null allowed
     */
    public void discard(String scope, ActingFor actingFor, String token) {
        slot(scope, actingFor).discard(token);
    }

    /** When the certificate expires, or a registered key as far as that is said ({@code exp}, {@code maskinporten.key-expires}). */
    public Optional<Instant> expires() {
        return key.expires();
    }

    /** The key that grants are signed with. */
    public KeyFacts key() {
        return key.facts();
    }

    /** How far this machine's clock is ahead of the token address's (negative: behind), to about a second; empty before it has answered. */
    public Optional<Duration> clockAhead() {
        return Optional.ofNullable(endpoint.ahead());
    }

    private TokenSlot slot(String scope, ActingFor actingFor) {
        if (scope == null || !scope.matches("\\S+")) {
            throw new IllegalArgumentException("A token is for exactly one scope");
        }
        return slots.computeIfAbsent(
                new SlotKey(settings.tokenUrl(), settings.clientId(), scope, actingFor),
                unused -> new TokenSlot(() -> endpoint.request(scope, actingFor), clock));
    }

    private record SlotKey(URI tokenUrl, String clientId, String scope, ActingFor actingFor) {}
}

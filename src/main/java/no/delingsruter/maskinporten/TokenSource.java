package no.delingsruter.maskinporten;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access tokens from Maskinporten, kept until they expire and renewed ahead of it. Safe for many threads: one request at a time is made
 * for one token address, client, scope and party acted for, and all who need it share its outcome.
 */
public final class TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(30);

    private final MaskinportenSettings settings;
    private final InstantSource clock;
    private final SigningKey key;
    private final TokenEndpoint endpoint;
    private final Map<SlotKey, TokenSlot> slots = new ConcurrentHashMap<>();

    /** @throws KeyMaterialException when the configured key cannot be used; nothing is sent yet */
    public TokenSource(MaskinportenSettings settings) {
        this(settings, InstantSource.system());
    }

    /** @param clock the time of grants, tokens and pauses; waiting for an answer is measured in real time */
    public TokenSource(MaskinportenSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.key = SigningKeys.load(settings, clock.instant());
        this.endpoint = new TokenEndpoint(
                settings.tokenUrl(),
                settings.requestTimeout(),
                new GrantSigner(key, settings.audience(), settings.clientId(), clock),
                clock);
        warnOfEnd();
        warnOfMissingChain();
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

    /** When the certificate expires; empty for a registered key, whose end (one year after it was registered) only Maskinporten knows. */
    public Optional<Instant> expires() {
        return key.expires();
    }

    private TokenSlot slot(String scope, ActingFor actingFor) {
        if (scope == null || !scope.matches("\\S+")) {
            throw new IllegalArgumentException("A token is for exactly one scope");
        }
        return slots.computeIfAbsent(
                new SlotKey(settings.tokenUrl(), settings.clientId(), scope, actingFor),
                unused -> new TokenSlot(() -> endpoint.request(scope, actingFor), clock));
    }

    private void warnOfEnd() {
        Instant now = clock.instant();
        expires()
                .filter(end -> end.isBefore(now.plus(WARN_BEFORE)))
                .ifPresent(end -> LOG.warn(
                        "The certificate in maskinporten.keystore expires at {}, in {} days: order a new one",
                        end,
                        Duration.between(now, end).toDays()));
    }

    private void warnOfMissingChain() {
        List<X509Certificate> chain = key.chain();
        if (chain.size() == 1
                && !chain.get(0).getIssuerX500Principal().equals(chain.get(0).getSubjectX500Principal())) {
            LOG.warn(
                    "maskinporten.keystore holds the certificate without its chain, and Maskinporten wants the full chain");
        }
    }

    private record SlotKey(URI tokenUrl, String clientId, String scope, ActingFor actingFor) {}
}

package no.delingsruter.simulator.maskinporten;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Checks what a grant says: times, audience, scope, one use only. Thread safe. */
final class Claims {
    private static final Set<String> KNOWN =
            Set.of("aud", "iss", "scope", "iat", "exp", "jti", "consumer_org", "authorization_details");
    private static final long SECOND = 1000;

    private final String issuer;
    private final Set<String> scopes;
    private final BiPredicate<String, String> lacks;
    private final Predicate<String> systembrukere;
    private final Map<String, Long> used = new ConcurrentHashMap<>();

    /**
     * Checks for one issuer.
     *
     * @param issuer        ends with a slash
     * @param lacks         whether a client has not been given a scope
     * @param systembrukere organisations that have approved the client's system
     */
    Claims(String issuer, Set<String> scopes, BiPredicate<String, String> lacks, Predicate<String> systembrukere) {
        this.lacks = lacks;
        this.systembrukere = systembrukere;
        this.issuer = issuer;
        this.scopes = scopes;
    }

    /**
     * Everything but the signature; {@link #use} comes after that.
     *
     * @param own the client's organisation
     */
    void check(JWTClaimsSet claims, String own) throws Refusal {
        if (claims.getClaim("resource") != null) {
            throw Refusal.grant("MP-110", "Invalid assertion: resource must not be set");
        }
        for (String name : claims.getClaims().keySet()) {
            if (!KNOWN.contains(name)) {
                throw Refusal.grant("MP-111", "Invalid assertion: unknown claim");
            }
        }
        if (claims.getAudience().size() != 1
                || !issuer.equals(claims.getAudience().get(0))) {
            throw Refusal.grant("MP-112", "Invalid assertion: aud must be " + issuer);
        }
        times(claims);
        if (claims.getJWTID() == null || claims.getJWTID().isBlank()) {
            throw Refusal.grant("MP-011", "Invalid assertion: jti is missing");
        }
        if (!(claims.getClaim("scope") instanceof String scope)
                || !scopes.contains(scope)
                || lacks.test(claims.getIssuer(), scope)) {
            throw new Refusal("invalid_scope", "MP-200", "scope must be one scope that the client has");
        }
        Systembruker.check(claims.getClaim("authorization_details"), own, systembrukere);
        Object consumer = claims.getClaim("consumer_org");
        if (consumer != null && (!(consumer instanceof String text) || !text.matches("[0-9]{9}"))) {
            throw Refusal.grant("MP-113", "Invalid assertion: consumer_org must be nine digits");
        }
        if (own.equals(consumer)) {
            throw Refusal.grant("MP-114", "Invalid assertion: consumer_org is the client's own organisation");
        }
    }

    private static void times(JWTClaimsSet claims) throws Refusal {
        if (claims.getIssueTime() == null || claims.getExpirationTime() == null) {
            throw Refusal.grant("MP-115", "Invalid assertion: iat and exp must be set");
        }
        long issued = claims.getIssueTime().toInstant().toEpochMilli();
        long expires = claims.getExpirationTime().toInstant().toEpochMilli();
        long now = System.currentTimeMillis();
        if (issued > now + 10 * SECOND) {
            throw Refusal.grant("MP-116", "Invalid assertion: iat is in the future");
        }
        if (expires <= now) {
            throw Refusal.grant("MP-117", "Invalid assertion: exp is in the past");
        }
        if (expires - issued > 120 * SECOND) {
            throw Refusal.grant("MP-118", "Invalid assertion: exp is more than 120 seconds after iat");
        }
    }

    /** Uses up the jti. Only a grant that is right in everything else uses it up. */
    void use(JWTClaimsSet claims) throws Refusal {
        long now = System.currentTimeMillis();
        used.values().removeIf(until -> until < now);
        // kept longer than the grant lives, so that a repeated one is told so and not only that it is too old
        if (used.putIfAbsent(
                        claims.getJWTID(),
                        claims.getExpirationTime().toInstant().toEpochMilli() + 600 * SECOND)
                != null) {
            throw Refusal.grant("MP-012", "Invalid assertion: jti has been used before");
        }
    }
}

package no.delingsruter.simulator.maskinporten;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The access tokens that are valid: opaque, each for one scope and one organisation. Thread safe. */
public final class Tokens {

    /** What a token stands for. */
    public record Token(String scope, String organisation, long expiresNanos) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    String issue(String scope, String organisation, long lifetimeSeconds) {
        long now = System.nanoTime();
        tokens.values().removeIf(t -> t.expiresNanos() < now);
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        tokens.put(text, new Token(scope, organisation, now + lifetimeSeconds * 1_000_000_000L));
        return text;
    }

    /**
     * @param authorization the header, null when absent
     * @return null when it holds no valid token
     */
    public Token find(String authorization) {
        String text = text(authorization);
        Token token = text == null ? null : tokens.get(text);
        return token == null || token.expiresNanos() - System.nanoTime() < 0 ? null : token;
    }

    /** Forgets the token in this header, as if it had been withdrawn. */
    public void forget(String authorization) {
        String text = text(authorization);
        if (text != null) {
            tokens.remove(text);
        }
    }

    /** Forgets all tokens. */
    public void forgetAll() {
        tokens.clear();
    }

    private static String text(String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).trim()
                : null;
    }
}

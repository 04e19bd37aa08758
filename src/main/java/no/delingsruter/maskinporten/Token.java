package no.delingsruter.maskinporten;

import java.time.Duration;
import java.time.Instant;

/** An access token and its times. What it says is for others to read (page "/token endpoint": the token is opaque for the client). */
record Token(String value, Instant renewAt, Instant expiresAt) {
    /** One that is over when it comes would cost a request a call. */
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(30);

    /** @param asked when it was asked for, not when it came: a slow answer must not make it live longer */
    static Token living(String value, Instant asked, Duration lifetime) {
        if (lifetime.compareTo(SHORTEST_LIFE) <= 0) {
            Instant end = asked.plus(SHORTEST_LIFE);
            return new Token(value, end, end);
        }
        Duration quarter = lifetime.dividedBy(4);
        Instant expiresAt = asked.plus(lifetime);
        return new Token(
                value, expiresAt.minus(quarter.compareTo(LONGEST_MARGIN) < 0 ? quarter : LONGEST_MARGIN), expiresAt);
    }

    boolean validAt(Instant now) {
        return now.isBefore(expiresAt);
    }

    boolean dueAt(Instant now) {
        return !now.isBefore(renewAt);
    }

    @Override
    public String toString() {
        return "Token[expiresAt=" + expiresAt + "]";
    }
}

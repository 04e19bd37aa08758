package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import no.delingsruter.support.HttpDate;
import org.jspecify.annotations.Nullable;

/** How long an API asks to be left alone. */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofHours(1);
    /** Folkeregisteret documents its Retry-After in milliseconds ("Begrensning på antall kall"). */
    private static final Set<String> MILLISECONDS = Set.of("folkeregisteret");

    private RetryAfter() {}

    /**
     * Seconds, or an HTTP date, which is one of the server's clock: what it is after the answer's own date.
     *
     * @param api what can hardly be milliseconds is taken as seconds, even of one that documents them
     * @return an hour at most; null for neither
     */
    static @Nullable Duration of(Gateway.Answer answer, String api) {
        if (answer.retryAfter() == null) {
            return null;
        }
        try {
            long number = Math.max(0, Long.parseLong(answer.retryAfter().strip()));
            boolean milliseconds = number >= 1000 && MILLISECONDS.contains(api);
            return atMost(milliseconds ? Duration.ofMillis(number) : Duration.ofSeconds(number));
        } catch (NumberFormatException e) {
            Instant until = HttpDate.of(answer.retryAfter());
            Instant sent = HttpDate.of(answer.date());
            return until == null ? null : atMost(Duration.between(sent == null ? Instant.now() : sent, until));
        }
    }

    private static Duration atMost(Duration asked) {
        return Collections.min(List.of(asked, LONGEST));
    }
}

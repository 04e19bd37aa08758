package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitedApiTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest(name = "{0} lookups, {1} at once, {2} ms")
    @CsvSource({"150, 4, 100", "1200, 4, 100", "1200, 2, 100", "3000, 4, 20"})
    @DisplayName(
            "An API that takes fewer calls at once (503) is used to 85 percent and more, refuses less than five percent")
    void atOnce(int lookups, int most, int latencyMs) {
        LimitedApi api = new LimitedApi(LimitedApi.atOnce(most), ConcurrencyLimiter.UNAVAILABLE, latencyMs)
                .lookUp(lookups, HOUR);
        used(api, most * 1000.0 / (latencyMs + 1));
    }

    @ParameterizedTest(name = "{0} lookups, {1} a second, {2} ms, burst {3}")
    @CsvSource({
        "150, 20, 100, 0",
        "1200, 20, 100, 0",
        "1200, 30, 100, 0",
        "1200, 20, 20, 0",
        "1200, 20, 100, 5",
        "1200, 20, 100, 20",
        "1200, 5, 100, 0"
    })
    @DisplayName(
            "An API that takes fewer calls a second (429) is used to 85 percent and more, refuses less than five percent")
    void perSecond(int lookups, int most, int latencyMs, int burst) {
        LimitedApi api = new LimitedApi(LimitedApi.perSecond(most, burst), ConcurrencyLimiter.TOO_MANY, latencyMs)
                .lookUp(lookups, HOUR);
        used(api, most);
    }

    private static void used(LimitedApi api, double allowed) {
        String seen = "used " + api.perSecond() / allowed + ", refused " + api.refused();
        assertTrue(api.perSecond() >= 0.85 * allowed, seen);
        assertTrue(api.refused() < 0.05, seen);
    }

    @ParameterizedTest
    @CsvSource({"0.01", "0.05", "0.10"})
    @DisplayName("Single 503s cost no more than themselves: nine tenths of the rest, and more, is used")
    void single(double share) {
        Random random = new Random(17);
        LimitedApi api = new LimitedApi(
                        LimitedApi.whenever(now -> random.nextDouble() >= share), ConcurrencyLimiter.UNAVAILABLE, 20)
                .lookUp(1_000_000, Duration.ofMinutes(2));
        double undisturbed = new LimitedApi(LimitedApi.whenever(now -> true), ConcurrencyLimiter.UNAVAILABLE, 20)
                .lookUp(1_000_000, Duration.ofMinutes(2))
                .perSecond();
        assertTrue(api.perSecond() >= 0.9 * (1 - share) * undisturbed, api.perSecond() + " of " + undisturbed);
    }

    @Test
    @DisplayName(
            "An API that takes two calls at a time gets two within ten seconds, and then refuses less than five percent")
    void overload() {
        LimitedApi api = new LimitedApi(LimitedApi.atOnce(2), ConcurrencyLimiter.UNAVAILABLE, 20)
                .countingFrom(Duration.ofSeconds(10))
                .lookUp(1_000_000, Duration.ofMinutes(2));
        assertTrue(api.refused() < 0.05, "refused " + api.refused());
        assertTrue(api.perSecond() >= 0.9 * 2 * 1000 / 21, "a second " + api.perSecond());
    }

    @ParameterizedTest(name = "for {0} ms")
    @CsvSource({"300", "500", "1000", "2000", "10000", "60000"})
    @DisplayName(
            "When an API that refused everything (429) answers again, it has all five calls a quarter of a minute later")
    void back(long awayMs) {
        Duration away = Duration.ofMillis(awayMs);
        LimitedApi api = new LimitedApi(
                        LimitedApi.whenever(now -> now > away.toNanos()), ConcurrencyLimiter.TOO_MANY, 20)
                .countingFrom(away.plusSeconds(15))
                .lookUp(1_000_000, away.plusSeconds(20));
        assertTrue(api.perSecond() >= 0.9 * 5 * 1000 / 21, "a second " + api.perSecond());
    }

    @Test
    @DisplayName("When the limit on calls a second is gone, all is over within a minute")
    void over() {
        LimitedApi.Gate limit = LimitedApi.perSecond(20, 0);
        LimitedApi api = new LimitedApi(
                        LimitedApi.whenever(now -> now > Duration.ofMinutes(2).toNanos() || limit.takes(now)),
                        ConcurrencyLimiter.TOO_MANY,
                        20)
                .lookUp(1_000_000, Duration.ofMinutes(3));
        assertEquals(5, api.limiter.slots());
        assertNull(api.limiter.claim());
        assertEquals("all", api.said().get(api.said().size() - 1));
    }
}

package no.delingsruter.simulator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTest {
    @Test
    void isWrittenInMillisecondsOrSeconds() {
        assertEquals(50, Latency.parse("50ms").next("310000001"));
        assertEquals(50, Latency.parse("50").next("310000001"));
        assertEquals(2000, Latency.parse("2s").next("310000001"));
        assertEquals(0, Latency.parse("0ms").next("310000001"));
    }

    @Test
    void exponentialKeepsItsMean() {
        Latency latency = Latency.parse("exp:50ms");
        long sum = 0;
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            long next = latency.next("310000001");
            sum += next;
            most = Math.max(most, next);
        }
        assertTrue(Math.abs(sum / 20_000.0 - 50) < 2 && most > 200);
    }

    @Test
    void isTheSameForEachCaller() {
        Latency latency = Latency.parse("exp:50ms");
        for (int i = 0; i < 1_000; i++) {
            long one = latency.next("310000001");
            assertEquals(one, latency.next("310000002"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fort", "-5ms", "exp:", "5m"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Latency.parse(text));
    }
}

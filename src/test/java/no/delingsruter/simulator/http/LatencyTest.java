package no.delingsruter.simulator.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LatencyTest {
    @Test
    void isWrittenInMillisecondsOrSeconds() {
        assertEquals(50, Latency.parse("50ms").next());
        assertEquals(50, Latency.parse("50").next());
        assertEquals(2000, Latency.parse("2s").next());
        assertEquals(0, Latency.parse("0ms").next());
    }

    @Test
    void exponentialKeepsItsMean() {
        Latency latency = Latency.parse("exp:50ms");
        long sum = 0;
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            long next = latency.next();
            sum += next;
            most = Math.max(most, next);
        }
        assertTrue(Math.abs(sum / 20_000.0 - 50) < 2 && most > 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fort", "-5ms", "exp:", "5m"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Latency.parse(text));
    }
}

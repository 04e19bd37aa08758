package no.delingsruter.installation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuickBoundTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static QuickBound of(Integer... millis) {
        Deque<Integer> slowest = new ArrayDeque<>(List.of(millis));
        return new QuickBound(TIMEOUT, () -> Duration.ofMillis(slowest.isEmpty() ? 0 : slowest.remove()));
    }

    @Test
    @DisplayName("I11: with failover=quick a successor waits for the time-out while no call has been made")
    void noCall() {
        assertEquals(TIMEOUT, of().get());
    }

    @Test
    @DisplayName("I11: ... then three times the slowest call, two seconds at least, and never longer than the time-out")
    void threeTimes() {
        assertEquals(Duration.ofSeconds(2), of(40).get());
        assertEquals(Duration.ofMillis(4500), of(1500).get());
        assertEquals(TIMEOUT, of(12_000).get());
    }

    @Test
    @DisplayName("I11: ... the slowest one of the hour counts, not the last one")
    void slowestCounts() {
        QuickBound bound = of(1500, 40, 0);
        bound.get();
        bound.get();
        assertEquals(Duration.ofMillis(4500), bound.get());
    }
}

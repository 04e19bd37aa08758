package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrencyLimiterTest {
    private final List<String> said = new ArrayList<>();
    private long now = 1;
    private int calls;
    private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(
            5,
            new ConcurrencyLimiter.Changes() {
                @Override
                public void fewer(int slots) {
                    said.add("down to " + slots);
                }

                @Override
                public void all() {
                    said.add("full");
                }
            },
            () -> now);

    private void answers(int evidence, int count, Duration apart) {
        for (int i = 0; i < count; i++) {
            now += apart.toNanos();
            limiter.answered(evidence, ++calls);
        }
    }

    private void fine(int seconds) {
        answers(ConcurrencyLimiter.NONE, seconds * 10, Duration.ofMillis(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {ConcurrencyLimiter.UNAVAILABLE, ConcurrencyLimiter.TOO_MANY})
    @DisplayName("A single 429 or 503 is no overload")
    void single(int evidence) {
        for (int i = 0; i < 50; i++) {
            answers(evidence, 1, Duration.ofMillis(20));
            answers(ConcurrencyLimiter.NONE, 24, Duration.ofMillis(20));
        }
        assertEquals(5, limiter.slots());
        assertEquals(List.of(), said);
    }

    @Test
    @DisplayName("I7: calls that are refused (429) each time, for their own sake, slow down nobody else")
    void fewAreRefused() {
        fine(1);
        for (int i = 0; i < 400; i++) {
            now += Duration.ofMillis(20).toNanos();
            limiter.answered(
                    i % 4 == 0 ? ConcurrencyLimiter.TOO_MANY : ConcurrencyLimiter.NONE, i % 4 == 0 ? -1 - i % 8 : i);
        }
        assertEquals(5, limiter.slots());
        assertNull(limiter.claim());
    }

    @ParameterizedTest
    @CsvSource({"0.02, 0.99", "0.05, 0.99", "0.10, 0.95"})
    @DisplayName("Ordinary faults do not stop the traffic: with up to a tenth of 503s nearly all slots stay in use")
    void ordinaryFaults(double share, double atLeast) {
        Random random = new Random(17);
        long slots = 0;
        int answers = 50_000;
        for (int i = 0; i < answers; i++) {
            answers(
                    random.nextDouble() < share ? ConcurrencyLimiter.UNAVAILABLE : ConcurrencyLimiter.NONE,
                    1,
                    Duration.ofMillis(4));
            slots += limiter.slots();
        }
        double used = slots / 5.0 / answers;
        assertTrue(used >= atLeast, "slots in use " + used);
    }

    @Test
    @DisplayName("However close they come, 503s alone shrink the slots to one, never to none")
    void shrinksToOne() {
        answers(ConcurrencyLimiter.UNAVAILABLE, 100, Duration.ofMillis(10));
        assertEquals(1, limiter.slots());
    }

    @Test
    @DisplayName("Slots come back one at a time, all of them within ten seconds of good answers")
    void grows() {
        answers(ConcurrencyLimiter.UNAVAILABLE, 9, Duration.ofMillis(10));
        assertEquals(2, limiter.slots());
        fine(3);
        assertEquals(3, limiter.slots());
        fine(7);
        assertEquals(5, limiter.slots());
        fine(60);
        assertEquals(5, limiter.slots());
    }

    @Test
    @DisplayName("One line when it begins and one when it is over, however often the number changes between")
    void saidOnce() {
        for (int i = 0; i < 10; i++) {
            answers(ConcurrencyLimiter.TOO_MANY, 4, Duration.ofMillis(10));
            fine(9);
        }
        assertEquals(List.of("down to 4"), said);
        fine(120);
        assertEquals(List.of("down to 4", "full"), said);
    }

    @Test
    @DisplayName("I1: what shrinks while calls are open gives no permit away until they are back")
    void shrinksBelowWhatIsOpen() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            limiter.acquire();
        }
        answers(ConcurrencyLimiter.UNAVAILABLE, 9, Duration.ofMillis(10));
        assertEquals(5, limiter.inFlight());
        for (int i = 0; i < 5; i++) {
            limiter.release();
        }
        assertEquals(0, limiter.inFlight());
        assertEquals(2, limiter.slots());
    }
}

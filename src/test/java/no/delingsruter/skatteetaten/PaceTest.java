package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long LIMIT = Duration.ofMillis(50).toNanos();

    private final Pace pace = new Pace();
    private long now = 1;

    /** @return how long after the one before it the call began */
    private long call() {
        long before = now;
        for (long wait = pace.claim(now); wait > 0; wait = pace.begin(now)) {
            now += wait;
        }
        return now - before;
    }

    private long settled() {
        pace.tooMuch(now);
        takes(40);
        return call();
    }

    private void takes(int many) {
        for (int taken = 0; taken < many; ) {
            if (call() < LIMIT) {
                pace.tooMuch(now);
            } else {
                pace.fine(now, true);
                taken++;
            }
        }
    }

    @Test
    @DisplayName("One call refused among many that were taken, as one that came late and so too near to the next, costs"
            + " a few percent or nothing, not a new search")
    void oneOfMany() {
        long before = settled();
        assertTrue(before < 1.1 * LIMIT, "settled at " + before);
        takes(24);
        pace.tooMuch(now);
        takes(18);
        assertEquals(before, call(), "one of very many");
        pace.tooMuch(now);
        long after = call();
        assertTrue(after > before && after < 1.05 * before, "one of many: " + after);
    }

    @Test
    @DisplayName("When the API takes fewer than before, each call refused after the first one widens the interval")
    void fewerThanBefore() {
        long before = settled();
        for (int i = 0; i < 4; i++) {
            pace.tooMuch(now);
            call();
            now += 1;
        }
        assertTrue(call() > 2 * before);
    }

    @Test
    @DisplayName("A call that begins late lets the next one wait: two never begin closer than the interval")
    void late() {
        long interval = settled();
        long first = pace.claim(now);
        long second = pace.claim(now);
        long late = now + first + interval / 2;
        assertEquals(0, pace.begin(late));
        assertTrue(pace.begin(now + second) >= interval / 2 - 2, "the second one has to wait");
    }
}

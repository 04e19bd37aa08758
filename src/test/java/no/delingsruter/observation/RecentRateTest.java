package no.delingsruter.observation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecentRateTest {
    private final AtomicLong now = new AtomicLong(1);
    private final RecentRate rate = new RecentRate(now::get);

    private void every(long millis, int times) {
        for (int i = 0; i < times; i++) {
            now.addAndGet(millis * 1_000_000);
            rate.mark();
        }
    }

    @Test
    @DisplayName(
            "A steady rate is told from its first seconds on, another one after a few minutes, none at all as unknown")
    void rates() {
        assertTrue(Double.isNaN(rate.perSecond()));
        every(100, 50);
        assertEquals(10, rate.perSecond(), 0.5);
        every(1000, 300);
        assertEquals(1, rate.perSecond(), 0.1);
        now.addAndGet(600_000_000_000L);
        assertTrue(Double.isNaN(rate.perSecond()), "nothing for ten minutes");
    }
}

package no.delingsruter.observation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Statistics statistics = new Statistics();
    private final List<String> said = new ArrayList<>();
    private final AtomicInteger counted = new AtomicInteger();

    @Test
    @DisplayName("I10: where it takes long to count what is pending, it is not counted for each line")
    void countedNowAndThen() {
        try (Progress progress = new Progress(
                statistics,
                (service, organisation) -> {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    return counted.incrementAndGet() * 1000L;
                },
                5,
                said::add)) {
            for (int i = 0; i < 5; i++) {
                statistics.of("inntekt", "self").delivered.increment();
                progress.report();
            }
        }
        assertEquals(1, counted.get());
        assertEquals(5, said.size());
        assertTrue(said.get(4).contains("1,000 pending, 5 delivered"), said.get(4));
    }

    @Test
    @DisplayName("What is counted quickly is counted for each line; without news nothing is said")
    void countedEachTime() {
        try (Progress progress =
                new Progress(statistics, (service, organisation) -> counted.incrementAndGet(), 5, said::add)) {
            for (int i = 0; i < 3; i++) {
                statistics.of("inntekt", "self").delivered.increment();
                progress.report();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            progress.report();
        }
        assertEquals(3, counted.get());
        assertEquals(3, said.size());
    }
}

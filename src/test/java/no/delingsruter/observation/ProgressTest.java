package no.delingsruter.observation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Statistics statistics = new Statistics();
    private final List<String> said = new ArrayList<>();
    private final AtomicInteger counted = new AtomicInteger();
    private final Progress progress = new Progress(
            statistics,
            () -> {
                counted.incrementAndGet();
                return id -> id.organisation().equals("310000003")
                        ? 5_000
                        : id.organisation().length();
            },
            5,
            said::add);

    @Test
    @DisplayName("A few lists have a line each, where something has happened; without news nothing is counted or said")
    void few() {
        for (int i = 0; i < 3; i++) {
            statistics.of("inntekt", "self").delivered.increment();
            progress.report();
        }
        progress.report();
        assertEquals(3, counted.get());
        assertEquals(3, said.size());
        assertEquals("inntekt: 0 events read, 4 pending, 3 delivered, 0 parked", said.get(2));
    }

    @Test
    @DisplayName("Many organisations have one line, with a sum and those of which most is pending")
    void many() {
        for (int i = 1; i <= 60; i++) {
            Statistics.Counts counts = statistics.of("inntekt", Integer.toString(310000000 + i));
            counts.eventsRead.add(10);
            counts.leftOut("watch list", 2);
        }
        progress.report();
        statistics.of("inntekt", "310000007").lookups.add(2);
        statistics.of("inntekt", "310000007").lookupNanos.add(200_000_000);
        statistics.of("inntekt", "310000007").delivered.add(2);
        progress.report();
        progress.report();
        assertEquals(2, said.size(), said.toString());
        assertEquals(
                "60 lists: 600 events read, 5,531 pending, 0 delivered, 0 parked, 120 left out by watch list; most is"
                        + " pending of inntekt for 310000003 5,000, inntekt for 310000001 9, inntekt for 310000002 9",
                said.get(0));
        assertTrue(
                said.get(1).matches(".* 2 delivered, .*; \\d+ lookups/s at 100 ms, \\d+ \\w+ left; most is .*"),
                said.get(1));
        assertEquals(2, counted.get());
    }
}

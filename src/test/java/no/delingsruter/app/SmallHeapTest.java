package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("I16: what the heap cannot hold at once waits; no OutOfMemoryError")
class SmallHeapTest {
    private static final int LOOKUPS = 60;

    @TempDir
    Path directory;

    private TestBed bed(String fault) {
        TestBed bed = new TestBed(directory);
        bed.simulator().list("inntekt").generate(LOOKUPS, LOOKUPS, 3, 0.1);
        bed.simulator().faults().add(fault);
        bed.set("lookup.first-pause", "20ms")
                .set("lookup.longest-pause", "200ms")
                .set("progress.interval", "1s");
        return bed;
    }

    @Test
    @DisplayName("Answers of 3 MB in a heap of 64 MB with 10 workers: all are delivered")
    void largeAnswers() {
        try (TestBed bed = bed("{match: {call: lookup}, action: {type: oversize, megabytes: 3}}");
                ChildJob job = bed.childWith("64m")) {
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> !job.alive() || job.output().contains(" 0 pending, " + LOOKUPS + " delivered"));
            assertTrue(job.alive(), job.output());
            assertFalse(job.output().contains("OutOfMemory"), job.output());
            assertEquals(0, job.terminate().exitCode(), job.output());
            assertEquals(LOOKUPS, bed.count("result"));
        }
    }
}

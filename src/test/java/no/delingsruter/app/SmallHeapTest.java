package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName(
        "I16: what the heap cannot hold at once waits, and what it can never hold is set aside with the reason; no OutOfMemoryError")
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
    @DisplayName("An answer of 18 MB is parked with the reason, and the others are delivered")
    void tooLargeForTheHeap() {
        try (TestBed bed = bed("{match: {identifikator: '01810012345'}, action: {type: oversize, megabytes: 18}}")) {
            bed.simulator().list("inntekt").publish("01810012345", "2024-03");
            bed.set("lookup.busy-tries", "3");
            try (ChildJob job = bed.childWith("64m")) {
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> !job.alive()
                                || job.output().contains(" 0 pending, " + LOOKUPS + " delivered, 1 parked"));
                assertTrue(job.alive(), job.output());
                assertEquals(0, job.terminate().exitCode(), job.output());
            }
            String reason = bed.jdbc().queryForObject("select reason from parked", String.class);
            assertTrue(reason.contains("bytes that this heap holds; give the process more (-Xmx)"), reason);
        }
    }

    @Tag("long")
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

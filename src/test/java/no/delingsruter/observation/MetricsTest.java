package no.delingsruter.observation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();
    private final CountDownLatch away = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    private double pending() {
        return registry.get("delingsruter.pending").gauge().value();
    }

    @Test
    @DisplayName("A store that does not answer holds no metrics up, and its last numbers are not shown for ever")
    void storeThatHangs() {
        Statistics.Id id = new Statistics.Id("inntekt", "self");
        new Metrics(registry, now::get)
                .service(
                        id,
                        new Statistics().of("inntekt", "self"),
                        () -> {
                            if (asked.incrementAndGet() == 2) {
                                hang();
                            }
                            return asked.get();
                        },
                        () -> 0,
                        () -> true);
        await().atMost(Duration.ofSeconds(10)).until(() -> pending() == 1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertEquals(1, pending(), "asked at this scrape, in the background");
        await().atMost(Duration.ofSeconds(10)).until(() -> asked.get() == 2);
        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertTrue(Double.isNaN(pending()), "the store does not answer");
        away.countDown();
        await().atMost(Duration.ofSeconds(10)).until(() -> pending() == 2);
    }

    private void hang() {
        try {
            away.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

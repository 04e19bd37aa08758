package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Alerts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsideTest {
    private final Alerts alerts = new Alerts();
    private final Aside aside = new Aside(alerts);
    private final Operation operation = Operation.of("backfill", Scope.ALL, Map.of(), "me", "a test");

    @Test
    @DisplayName("I16: what an operation's own thread fails on is said, and no longer once it works")
    void failing() {
        aside.run(operation, "one", () -> {
            throw new IllegalStateException("01810012345");
        });
        await().until(() -> !alerts.open().isEmpty());
        String said = alerts.open().toString();
        assertTrue(said.contains("cannot be carried out, tried again"), said);
        assertFalse(said.contains("01810012345"), "I8: " + said);
        // It may not be over yet when it has said so
        await().until(() -> {
            aside.run(operation, "one", () -> {});
            return alerts.open().isEmpty();
        });
    }

    @Test
    @DisplayName("I12: what is under way is not begun a second time")
    void onceAtATime() throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        aside.run(operation, "one", () -> {
            times.incrementAndGet();
            begun.countDown();
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        aside.run(operation, "one", times::incrementAndGet);
        CountDownLatch other = new CountDownLatch(1);
        aside.run(operation, "another", other::countDown);
        other.await();
        assertEquals(1, times.get());
        latch.countDown();
    }
}

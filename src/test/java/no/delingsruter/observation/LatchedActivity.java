package no.delingsruter.observation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A latch that no code of ours knows of, in the middle of something that is watched; opened after it was found. */
public final class LatchedActivity {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch latch = new CountDownLatch(1);
    private volatile boolean closed;

    /** What the work comes to. */
    public interface Work {
        void run() throws Exception;
    }

    /** Where the work stands still, once. */
    public void stand() {
        if (closed) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Does the work, which meets the latch, in a thread of its own, and has the watchdog find it by its name; then that it gets on. */
    public void isFound(Alerts alerts, String activity, Work work) {
        closed = true;
        try (Watchdog watchdog = new Watchdog(alerts, Duration.ofMillis(300))) {
            watchdog.start();
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            await().atMost(PATIENCE).until(() -> alerts.open().containsKey("Stalled: " + activity));
            assertTrue(alerts.standstill(), "readiness fails");
            assertTrue(
                    alerts.open().get("Stalled: " + activity).contains("no reason known, it stands in "),
                    () -> alerts.open().toString());
            closed = false;
            latch.countDown();
            await().atMost(PATIENCE).until(() -> !alerts.open().containsKey("Stalled: " + activity));
        } finally {
            latch.countDown();
        }
    }
}

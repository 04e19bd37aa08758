package no.delingsruter.skatteetaten.list;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PageCommitsTest {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final PageCommits commits = new PageCommits(waiting::add);

    @Test
    @DisplayName("I3: the next page is read from where the one that is being stored ends, and stored only after it")
    void oneAfterTheOther() throws Exception {
        assertEquals(OptionalLong.empty(), commits.checkpoint());
        commits.store(1000, true, () -> {});
        assertEquals(OptionalLong.of(1000), commits.checkpoint());
        CompletableFuture<Void> next = CompletableFuture.runAsync(commits::await);
        assertFalse(next.isDone());
        waiting.remove().run();
        next.get(10, TimeUnit.SECONDS);
        assertEquals(OptionalLong.empty(), commits.checkpoint(), "from here on the store tells");
    }

    @Test
    @DisplayName("I3: what was read after a page that could not be stored fails with its reason, once")
    void failed() {
        IllegalStateException reason = new IllegalStateException("not stored");
        commits.store(1000, true, () -> {
            throw reason;
        });
        waiting.remove().run();
        assertSame(reason, assertThrows(IllegalStateException.class, commits::await));
        assertEquals(OptionalLong.empty(), commits.checkpoint());
        commits.await();
    }

    @Test
    @DisplayName(
            "I6: after a page that could not be stored the next is stored at once, so that a failure that lasts is told as one")
    void afterAFailure() {
        failed();
        AtomicInteger stored = new AtomicInteger();
        assertThrows(
                IllegalStateException.class,
                () -> commits.store(1000, true, () -> {
                    throw new IllegalStateException("not stored");
                }));
        commits.store(1000, true, stored::incrementAndGet);
        assertEquals(1, stored.get());
        commits.store(2000, true, stored::incrementAndGet);
        assertEquals(1, stored.get(), "and the next one later again");
        assertEquals(OptionalLong.of(2000), commits.checkpoint());
    }

    @Test
    @DisplayName(
            "I3: when the next page cannot be read, the list is read again from what the store says, not before it is known")
    void settled() {
        commits.store(1000, true, () -> {
            throw new IllegalStateException("not stored");
        });
        Thread reading = new Thread(commits::settle);
        reading.start();
        assertTrue(reading.isAlive());
        waiting.remove().run();
        assertTimely(reading);
        assertEquals(OptionalLong.empty(), commits.checkpoint());
    }

    private static void assertTimely(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertFalse(thread.isAlive());
    }
}

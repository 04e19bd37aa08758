package no.delingsruter.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import no.delingsruter.support.AnswerMemory.NoRoomException;
import no.delingsruter.support.AnswerMemory.Share;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Answers in memory are bounded, and none waits for another for ever")
class AnswerMemoryTest {
    private static final long MB = 1 << 20;
    private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final AnswerMemory memory = new AnswerMemory(8 * 4 * MB);

    @Test
    @DisplayName("What finds no room waits until another has given its own back")
    void waits() throws Exception {
        CountDownLatch delivered = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
            try (Share share = memory.share()) {
                share.hold(3 * MB, A_MINUTE);
                held.countDown();
                delivered.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        try (Share share = memory.share()) {
            assertThrows(NoRoomException.class, () -> share.hold(2 * MB, 0));
            share.hold(MB, 0);
            delivered.countDown();
            share.hold(4 * MB, A_MINUTE);
        }
        first.get();
    }

    @Test
    @DisplayName("Of two that hold a part and need more, one gets it and the other gives its own up")
    void bothGrow() {
        CountDownLatch bothHold = new CountDownLatch(2);
        int got = 0;
        var both = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> {
                            try (Share share = memory.share()) {
                                share.hold(2 * MB, A_MINUTE);
                                bothHold.countDown();
                                bothHold.await();
                                share.hold(3 * MB, A_MINUTE);
                                return 1;
                            } catch (NoRoomException e) {
                                return 0;
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        task -> new Thread(task).start()))
                .limit(2)
                .toList();
        await().atMost(20, TimeUnit.SECONDS).until(() -> both.stream().allMatch(CompletableFuture::isDone));
        for (CompletableFuture<Integer> one : both) {
            got += one.join();
        }
        assertEquals(1, got);
    }
}

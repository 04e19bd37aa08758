package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrencyLimiterTest {
    private final List<String> said = new ArrayList<>();
    private long now = 1;
    private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(
            5,
            new ConcurrencyLimiter.Changes() {
                @Override
                public void fewer(int slots) {
                    said.add("down to " + slots);
                }

                @Override
                public void all() {
                    said.add("full");
                }
            },
            () -> now);

    private void answers(int evidence, int count, Duration apart) {
        for (int i = 0; i < count; i++) {
            now += apart.toNanos();
            limiter.answered(evidence);
        }
    }

    private void fine(int seconds) {
        answers(ConcurrencyLimiter.NONE, seconds * 10, Duration.ofMillis(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {ConcurrencyLimiter.UNAVAILABLE, ConcurrencyLimiter.TOO_MANY})
    @DisplayName("A single 429 or 503 is no overload")
    void single(int evidence) {
        for (int i = 0; i < 50; i++) {
            answers(evidence, 1, Duration.ofMillis(20));
            answers(ConcurrencyLimiter.NONE, 24, Duration.ofMillis(20));
        }
        assertEquals(5, limiter.slots());
        assertEquals(List.of(), said);
    }

    @ParameterizedTest
    @CsvSource({"0.02, 0.99", "0.05, 0.99", "0.10, 0.95"})
    @DisplayName("Ordinary faults do not stop the traffic: with up to a tenth of 503s nearly all slots stay in use")
    void ordinaryFaults(double share, double atLeast) {
        Random random = new Random(17);
        long slots = 0;
        int answers = 50_000;
        for (int i = 0; i < answers; i++) {
            answers(
                    random.nextDouble() < share ? ConcurrencyLimiter.UNAVAILABLE : ConcurrencyLimiter.NONE,
                    1,
                    Duration.ofMillis(4));
            slots += limiter.slots();
        }
        double used = slots / 5.0 / answers;
        assertTrue(used >= atLeast, "slots in use " + used);
    }

    @ParameterizedTest
    @ValueSource(ints = {ConcurrencyLimiter.UNAVAILABLE, ConcurrencyLimiter.TOO_MANY})
    @DisplayName("However close they come, answers of too much alone shrink the slots to one, never to none")
    void shrinksToOne(int evidence) {
        answers(evidence, 100, Duration.ofMillis(10));
        assertEquals(1, limiter.slots());
    }

    @Test
    @DisplayName(
            "An API that takes two calls at a time gets two within ten seconds, and then refuses less than five percent")
    void settles() {
        PriorityQueue<long[]> open = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
        int served = 0;
        int[] counted = new int[2];
        long began = now;
        while (now - began < Duration.ofSeconds(130).toNanos()) {
            while (open.size() < limiter.slots()) {
                boolean refused = served >= 2;
                served += refused ? 0 : 1;
                open.add(new long[] {now + Duration.ofMillis(refused ? 2 : 20).toNanos(), refused ? 1 : 0});
            }
            long[] next = open.remove();
            now = next[0];
            served -= next[1] == 0 ? 1 : 0;
            limiter.answered((int) next[1]);
            if (now - began > Duration.ofSeconds(10).toNanos()) {
                counted[(int) next[1]]++;
            }
        }
        double refused = counted[1] / (double) (counted[0] + counted[1]);
        assertTrue(refused < 0.05, "refused " + refused);
        assertTrue(counted[0] >= 0.95 * 120 * 100, "served " + counted[0] + " of the 12,000 that it takes");
    }

    @ParameterizedTest
    @CsvSource({"20, 100, 2", "20, 20, 2"})
    @DisplayName(
            "An API that takes so many calls a second gets 85 percent of them and more, refuses less than five percent, and all is over soon after that limit")
    void rate(int perSecond, int latencyMs, int evidence) {
        PriorityQueue<long[]> open = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
        Random random = new Random(17);
        long between = Duration.ofSeconds(1).toNanos() / perSecond;
        long lastServed = 0;
        int[] counted = new int[2];
        long began = now;
        long measured = Duration.ofMinutes(2).toNanos();
        int busy = 0;
        while (now - began < measured + Duration.ofMinutes(1).toNanos()) {
            // A permit is held while the call waits to begin
            while (busy < limiter.slots()) {
                busy++;
                open.add(new long[] {now + limiter.claim() + random.nextLong(500_000), 2});
            }
            long[] next = open.remove();
            now = next[0];
            if (next[1] == 2) {
                boolean refused = now - began < measured && now - lastServed < between;
                lastServed = refused ? lastServed : now;
                if (now - began < measured) {
                    counted[refused ? 1 : 0]++;
                }
                open.add(new long[] {
                    now + Duration.ofMillis(refused ? 2 : latencyMs).toNanos(), refused ? 1 : 0
                });
            } else {
                busy--;
                limiter.answered(next[1] == 1 ? evidence : ConcurrencyLimiter.NONE);
            }
        }
        double refused = counted[1] / (double) (counted[0] + counted[1]);
        double served = counted[0] / (120.0 * perSecond);
        assertTrue(refused < 0.05, "refused " + refused + ", served " + served);
        assertTrue(served >= 0.85, "served " + served + ", refused " + refused);
        assertEquals(5, limiter.slots());
        assertEquals(0, limiter.claim());
        assertEquals("full", said.get(said.size() - 1));
    }

    @Test
    @DisplayName("Slots come back one at a time, all of them within ten seconds of good answers")
    void grows() {
        answers(ConcurrencyLimiter.TOO_MANY, 6, Duration.ofMillis(10));
        assertEquals(2, limiter.slots());
        fine(3);
        assertEquals(3, limiter.slots());
        fine(7);
        assertEquals(5, limiter.slots());
        fine(60);
        assertEquals(5, limiter.slots());
    }

    @Test
    @DisplayName("One line when it begins and one when it is over, however often the number changes between")
    void saidOnce() {
        for (int i = 0; i < 10; i++) {
            answers(ConcurrencyLimiter.TOO_MANY, 4, Duration.ofMillis(10));
            fine(9);
        }
        assertEquals(List.of("down to 4"), said);
        fine(120);
        assertEquals(List.of("down to 4", "full"), said);
    }

    @Test
    @DisplayName("I1: what shrinks while calls are open gives no permit away until they are back")
    void shrinksBelowWhatIsOpen() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            limiter.acquire();
        }
        answers(ConcurrencyLimiter.TOO_MANY, 6, Duration.ofMillis(10));
        assertEquals(5, limiter.inFlight());
        for (int i = 0; i < 5; i++) {
            limiter.release();
        }
        assertEquals(0, limiter.inFlight());
        assertEquals(2, limiter.slots());
    }
}

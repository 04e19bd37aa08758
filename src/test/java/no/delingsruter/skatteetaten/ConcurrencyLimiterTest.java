package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConcurrencyLimiterTest {
    private final List<String> said = new ArrayList<>();
    private long now;
    private final ConcurrencyLimiter permits = new ConcurrencyLimiter(
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

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void fine(int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            pass(Duration.ofMillis(100));
            permits.fine();
        }
    }

    @Test
    @DisplayName(
            "Answers that were under way together shrink the slots once; going on shrinks them to one, never to none")
    void shrinks() {
        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            permits.tooMuch();
        }
        assertEquals(2, permits.slots());
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(1));
            permits.tooMuch();
        }
        assertEquals(1, permits.slots());
    }

    @Test
    @DisplayName("Slots come back one at a time, all of them within ten seconds of good answers")
    void grows() {
        permits.tooMuch();
        fine(3);
        assertEquals(3, permits.slots());
        fine(7);
        assertEquals(5, permits.slots());
        fine(60);
        assertEquals(5, permits.slots());
    }

    @Test
    @DisplayName("One line when it begins and one when it is over, however often the number changes between")
    void saidOnce() {
        permits.tooMuch();
        for (int i = 0; i < 10; i++) {
            fine(9);
            permits.tooMuch();
        }
        assertEquals(List.of("down to 2"), said);
        fine(40);
        assertEquals(List.of("down to 2", "full"), said);
        permits.tooMuch();
        assertEquals(List.of("down to 2", "full", "down to 2"), said);
    }

    @Test
    @DisplayName("I1: what shrinks while calls are open gives no permit away until they are back")
    void shrinksBelowWhatIsOpen() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            permits.acquire();
        }
        permits.tooMuch();
        assertEquals(5, permits.inFlight());
        for (int i = 0; i < 5; i++) {
            permits.release();
        }
        assertEquals(0, permits.inFlight());
        assertEquals(2, permits.slots());
    }
}

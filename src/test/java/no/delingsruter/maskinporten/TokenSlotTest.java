package no.delingsruter.maskinporten;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenSlotTest {
    @Test
    @DisplayName("I16: whoever waits for a token is told when asking for it ends in an Error")
    void anError() {
        TokenSlot slot = new TokenSlot(
                () -> {
                    throw new NoClassDefFoundError("a class of the key's");
                },
                InstantSource.system());
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThrows(Throwable.class, slot::get, "the first one that asks"));
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThrows(MaskinportenException.class, slot::get, "the next one, within the pause"));
    }
}

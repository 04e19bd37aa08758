package no.delingsruter.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.stream.IntStream;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.support.AnswerMemory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
        "I10: answers that wait for receivers take no more memory than the heap has for them, whatever the number of lanes")
class UndeliveredTest {
    private static final int SIZE = 900_000;
    private static final int ROOM = 3;

    private final AnswerMemory memory = new AnswerMemory(8L * ROOM * SIZE);
    private final Undelivered one = new Undelivered(memory);
    private final Undelivered other = new Undelivered(memory);

    private static PendingLookup lookup(int person) {
        return PendingLookup.first(new LookupKey("s", "self", "s", "p" + person, "", "", 0), person);
    }

    private static void keep(Undelivered lane, int from, int to) {
        IntStream.range(from, to)
                .forEach(person -> lane.keep(
                        lookup(person),
                        new FetchedAnswer("s/v1", 200, "application/json", "id", new byte[SIZE], Instant.now())));
    }

    @Test
    @DisplayName(
            "Of what finds no room the lookup is made again; what is taken, forgotten or closed gives its room back")
    void bounded() {
        keep(one, 0, 2);
        keep(other, 10, 20);
        assertEquals(3L * SIZE, memory.kept());
        assertNotNull(other.take(lookup(10)));
        assertNull(other.take(lookup(11)));
        keep(one, 0, 1);
        keep(one, 2, 5);
        assertEquals(3, one.lookups().size());
        one.forget(key -> key.identifikator().equals("p1"));
        assertEquals(2L * SIZE, memory.kept());
        one.close();
        assertEquals(0, memory.kept());
        keep(one, 5, 6);
        assertEquals(0, memory.kept(), "after the lane's end");
    }
}

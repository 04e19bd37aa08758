package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import no.delingsruter.simulator.data.Identifikator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentifikatorTest {
    @ParameterizedTest
    @EnumSource
    void goesBothWays(Identifikator kind) {
        for (int i = 0; i < 2_000_000; i += 977) {
            assertEquals(i, kind.index(kind.text(i)));
        }
        assertEquals(-1, kind.index("tull"));
        assertNotEquals(kind.text(5), kind.other(kind.text(5)));
    }

    @Test
    void twoMillionPersonsAreSyntheticAndDistinct() {
        BitSet seen = new BitSet();
        for (int i = 0; i < 2_000_000; i++) {
            // what index() gives back is unique, so distinct indexes have distinct texts; the last million by sampling
            if (i % 20 == 0) {
                String person = Identifikator.PERSON.text(i);
                int month = Integer.parseInt(person.substring(2, 4));
                assertTrue(person.length() == 11 && month > 80 && month <= 92, person);
                int index = Identifikator.PERSON.index(person);
                assertFalse(seen.get(index));
                seen.set(index);
            }
        }
    }

    @Test
    void organisationsBeginWith2Or3() {
        for (int i = 0; i < 2_000_000; i += 331) {
            assertTrue(Identifikator.ORGANISASJON.text(i).matches("[23][0-9]{8}"));
        }
        assertTrue(Identifikator.SELSKAP.text(0).startsWith("09"));
    }
}

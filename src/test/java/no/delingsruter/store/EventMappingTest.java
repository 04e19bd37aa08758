package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import no.delingsruter.store.EventMapping.Period;
import org.junit.jupiter.api.Test;

class EventMappingTest {
    private static List<String> periods(Period period, String value) {
        EventMapping mapping = new EventMapping("identifikator", "gjelderPeriode", null, period, false);
        return mapping.keys("s", "o", "l", Map.of("identifikator", "01810012345", "gjelderPeriode", value)).stream()
                .map(LookupKey::gjelderPeriode).toList();
    }

    @Test
    void aYearBecomesItsMonthsWhereTheLookupIsByMonth() {
        assertEquals(IntStream.rangeClosed(1, 12).mapToObj(month -> "2018-" + (month < 10 ? "0" : "") + month).toList(),
                periods(Period.MONTH, "2018"));
        assertEquals(List.of("2018-07"), periods(Period.MONTH, "2018-07"));
    }

    @Test
    void aMonthBecomesItsYearWhereTheLookupIsByYear() {
        assertEquals(List.of("2018"), periods(Period.YEAR, "2018-07"));
        assertEquals(List.of("2018"), periods(Period.YEAR, "2018"));
        assertEquals(List.of(""), periods(Period.NONE, "2018"));
        assertEquals(List.of("whatever"), periods(Period.AS_IS, "whatever"));
    }

    @Test
    void anEventWithoutWhatTheLookupNeedsIsUnusableAndSaysWhichField() {
        EventMapping mapping = new EventMapping("referanse", "gjelderPeriode", "kommunenummer", Period.AS_IS, false);
        assertEquals("the event has no referanse", assertThrows(UnusableEventException.class,
                () -> mapping.keys("s", "o", "l", Map.of("identifikator", "01810012345"))).getMessage());
        assertEquals("the event has no kommunenummer", assertThrows(UnusableEventException.class,
                () -> mapping.keys("s", "o", "l", Map.of("referanse", "1"))).getMessage());
        assertThrows(UnusableEventException.class, () -> periods(Period.MONTH, "2018-13"));
        assertThrows(UnusableEventException.class, () -> periods(Period.YEAR, ""));
    }

    @Test
    void aSnapshotKeyHoldsTheSekvensnummer() {
        EventMapping mapping = new EventMapping("identifikator", "gjelderPeriode", null, Period.YEAR, true);
        LookupKey key = mapping.keys("s", "o", "l",
                Map.of("identifikator", "01810012345", "gjelderPeriode", "2020", "sekvensnummer", 4711L)).get(0);
        assertEquals(4711, key.snapshot());
        assertEquals(0, key.subject().snapshot());
    }
}

package no.delingsruter.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import no.delingsruter.model.EventMapping.Period;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventMappingTest {
    private static List<String> periods(Period period, String value) {
        EventMapping mapping = new EventMapping("identifikator", "gjelderPeriode", null, period, false, true);
        return mapping.keys("s", "o", "l", Map.of("identifikator", "01810012345", "gjelderPeriode", value)).stream()
                .map(LookupKey::gjelderPeriode)
                .toList();
    }

    @Test
    void aYearBecomesItsMonthsWhereTheLookupIsByMonth() {
        assertEquals(
                IntStream.rangeClosed(1, 12)
                        .mapToObj(month -> "2018-" + (month < 10 ? "0" : "") + month)
                        .toList(),
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
        EventMapping mapping =
                new EventMapping("referanse", "gjelderPeriode", "kommunenummer", Period.AS_IS, false, true);
        assertEquals(
                "the event has no referanse; set s.identifikator-field to the name of the field that holds it",
                assertThrows(
                                UnusableEventException.class,
                                () -> mapping.keys("s", "o", "l", Map.of("identifikator", "01810012345")))
                        .getMessage());
        assertEquals(
                "the event has no kommunenummer; set s.qualifier-field to the name of the field that holds it",
                assertThrows(UnusableEventException.class, () -> mapping.keys("s", "o", "l", Map.of("referanse", "1")))
                        .getMessage());
        assertThrows(UnusableEventException.class, () -> periods(Period.MONTH, "2018-13"));
        assertThrows(UnusableEventException.class, () -> periods(Period.YEAR, ""));
    }

    @Test
    @DisplayName("A field may be called several things, and what has parts of its own is no value")
    void severalNames() {
        EventMapping mapping = new EventMapping(
                "skyldner, skyldner.identifikator", "gjelderPeriode", "trekkid, id", Period.NONE, false, true);
        for (Object skyldner : List.of("01810012345", Map.of("identifikator", "01810012345"))) {
            assertEquals(
                    List.of(new LookupKey("s", "o", "l", "01810012345", "", "7", 0)),
                    mapping.keys("s", "o", "l", Map.of("skyldner", skyldner, "id", 7)));
        }
        assertEquals(
                "the event has no skyldner or skyldner.identifikator; set s.identifikator-field to the name of the field that holds it",
                assertThrows(
                                UnusableEventException.class,
                                () -> mapping.keys("s", "o", "l", Map.of("skyldner", Map.of("navn", "x"), "id", 7)))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0181\r\nX-Injected: 1",
                "0181\n",
                "0181\u0000",
                "0181\u2028",
                "0181\u001b[2J",
                "0181\ud800",
                "0181\u202e",
                "0181\u0085"
            })
    @DisplayName(
            "What would begin another header, or cannot be stored, is in no key: the event is unusable, and its value is not repeated")
    void injection(String value) {
        EventMapping byQualifier =
                new EventMapping("identifikator", "gjelderPeriode", "kommunenummer", Period.AS_IS, false, true);
        for (String field : List.of("identifikator", "gjelderPeriode", "kommunenummer")) {
            Map<String, Object> event = new HashMap<>(
                    Map.of("identifikator", "01810012345", "gjelderPeriode", "2024", "kommunenummer", "0301"));
            event.put(field, value);
            UnusableEventException e =
                    assertThrows(UnusableEventException.class, () -> byQualifier.keys("s", "o", "l", event));
            assertEquals("the event's " + field + " holds characters that no key has", e.getMessage());
        }
    }

    @Test
    void whatIsTooLongForAnIndexIsUnusable() {
        assertEquals(
                1,
                new EventMapping("identifikator", "gjelderPeriode", null, Period.NONE, false, true)
                        .keys("s", "o", "l", Map.of("identifikator", "x".repeat(400)))
                        .size());
        for (String field : List.of("identifikator", "gjelderPeriode")) {
            Map<String, Object> event = new HashMap<>(Map.of("identifikator", "01810012345", "gjelderPeriode", "2024"));
            event.put(field, "x".repeat(401));
            assertThrows(
                    UnusableEventException.class,
                    () -> new EventMapping("identifikator", "gjelderPeriode", null, Period.AS_IS, false, true)
                            .keys("s", "o", "l", event));
        }
    }

    @Test
    void aSnapshotKeyHoldsTheSekvensnummer() {
        EventMapping mapping = new EventMapping("identifikator", "gjelderPeriode", null, Period.YEAR, true, true);
        LookupKey key = mapping.keys(
                        "s",
                        "o",
                        "l",
                        Map.of("identifikator", "01810012345", "gjelderPeriode", "2020", "sekvensnummer", 4711L))
                .get(0);
        assertEquals(4711, key.snapshot());
        assertEquals(0, key.subject().snapshot());
    }
}

package no.delingsruter.skatteetaten;

import static no.delingsruter.skatteetaten.Outcomes.Meaning.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomesTest {
    private final Outcomes inntekt = new Outcomes("inntekt", "404 IM-007: none, 404 IM-008: none", Map.of());

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "404, IM-007, NONE",
                "404, IM-008, NONE",
                "404, IM-003, REFUSED_FOR_ALL",
                "404, DAS-002, REFUSED_FOR_ALL",
                "404, FA-002, REFUSED_FOR_ALL",
                "404, -, REFUSED_FOR_ALL",
                "404, IM-099, REFUSED",
                "410, SSG-011, DELETED",
                "410, -, REFUSED_FOR_ALL",
                "401, IM-004, TOKEN",
                "403, IM-005, REFUSED_FOR_ALL",
                "406, IM-009, REFUSED_FOR_ALL",
                "400, IM-006, REFUSED",
                "422, NS-011, REFUSED",
                "429, -, BUSY",
                "500, DAS-003, BUSY",
                "503, -, BUSY",
                "302, -, REFUSED_FOR_ALL"
            })
    void statusFirstThenKode(int status, String kode, Outcomes.Meaning meaning) {
        assertEquals(meaning, inntekt.of(status, kode));
    }

    @Test
    void configurationGoesBeforeTheRoute() {
        Outcomes configured =
                new Outcomes("inntekt", "404 IM-007: none", Map.of("404.IM-007", "refused", "410", "none"));
        assertEquals(REFUSED, configured.of(404, "IM-007"));
        assertEquals(NONE, configured.of(410, "IM-011"));
    }

    @Test
    void anUnknownMeaningNamesItsKey() {
        assertEquals(
                "outcome.inntekt.404.IM-007: 'nothing' is not one of none, deleted, busy, refused, refused-for-all, empty.",
                assertThrows(
                                ConfigurationException.class,
                                () -> new Outcomes("inntekt", "", Map.of("404.IM-007", "nothing")))
                        .getMessage());
    }
}

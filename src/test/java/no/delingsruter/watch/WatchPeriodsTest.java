package no.delingsruter.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchPeriodsTest {
    private static final LocalDate THE_NINTH = LocalDate.of(2026, 3, 9);
    private static final LocalDate THE_TENTH = LocalDate.of(2026, 3, 10);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|",
                "last|2025",
                "last 3|2023 2024 2025",
                "2020..2022, last|2020 2021 2022 2025",
                "2024-03, 2024-05|2024"
            })
    void yearsForALookupByYear(String text, String years) {
        assertEquals(list(years), new WatchPeriods(text).years(THE_TENTH));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|",
                "last|2026-02",
                "last 3|2025-12 2026-01 2026-02",
                "2025-11, 2025-12|2025-11 2025-12",
                "2026|2026-01 2026-02 2026-03",
                "2027|"
            })
    void monthsForALookupByMonthNoneThatHasNotBegun(String text, String months) {
        assertEquals(list(months), new WatchPeriods(text).months(THE_TENTH));
    }

    @ParameterizedTest
    @CsvSource({"last, 2026-01", "last 2, 2025-12 2026-01"})
    void aMonthIsCompleteFromTheTenthOfTheNext(String text, String months) {
        assertEquals(list(months), new WatchPeriods(text).months(THE_NINTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "2024-13", "2024-2025", "last three", ""})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new WatchPeriods(text));
    }

    private static List<String> list(String text) {
        return text == null ? List.of() : List.of(text.split(" "));
    }
}

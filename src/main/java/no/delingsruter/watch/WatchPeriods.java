package no.delingsruter.watch;

import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which periods the first lookup of a watched key is made for when the watch list does not say: {@code none}, or any of
 * {@code last}, {@code last 3}, {@code 2023}, {@code 2020..2023}, {@code 2024-05}, comma separated. The last year is the one
 * before this; the last month is the last one that is complete ({@code <service>.watch-periods}).
 */
public final class WatchPeriods {
    private static final Pattern LAST = Pattern.compile("last(?: (\\d{1,3}))?");
    private static final Pattern YEARS = Pattern.compile("(\\d{4})\\.\\.(\\d{4})");
    private static final Pattern PERIOD = Pattern.compile("\\d{4}(-(0[1-9]|1[0-2]))?");
    private static final int COMPLETE_FROM_DAY = 10;

    private final List<String> parts;

    /** @throws IllegalArgumentException when {@code text} is none of the above */
    public WatchPeriods(String text) {
        parts = text.equals("none") ? List.of() : List.of(text.split("\\s*,\\s*"));
        for (String part : parts) {
            if (!LAST.matcher(part).matches()
                    && !YEARS.matcher(part).matches()
                    && !PERIOD.matcher(part).matches()) {
                throw new IllegalArgumentException();
            }
        }
    }

    /** For a lookup by year. */
    public List<String> years(LocalDate today) {
        List<String> years = new ArrayList<>();
        for (String part : parts) {
            Matcher last = LAST.matcher(part);
            if (last.matches()) {
                between(today.getYear() - count(last), today.getYear() - 1, years);
            } else {
                expanded(part, years);
            }
        }
        return years.stream().map(period -> period.substring(0, 4)).distinct().toList();
    }

    /** For a lookup by month; none that has not begun. */
    public List<String> months(LocalDate today) {
        YearMonth now = YearMonth.from(today);
        List<String> months = new ArrayList<>();
        for (String part : parts) {
            Matcher last = LAST.matcher(part);
            if (last.matches()) {
                YearMonth complete = now.minusMonths(today.getDayOfMonth() < COMPLETE_FROM_DAY ? 2 : 1);
                IntStream.range(0, count(last))
                        .mapToObj(back ->
                                complete.minusMonths(count(last) - 1L - back).toString())
                        .forEach(months::add);
            } else {
                List<String> periods = new ArrayList<>();
                expanded(part, periods);
                periods.stream()
                        .flatMap(period -> period.length() > 4
                                ? List.of(period).stream()
                                : IntStream.rangeClosed(1, 12)
                                        .mapToObj(month -> Year.parse(period)
                                                .atMonth(month)
                                                .toString()))
                        .filter(month -> !YearMonth.parse(month).isAfter(now))
                        .forEach(months::add);
            }
        }
        return months.stream().distinct().toList();
    }

    private static int count(Matcher last) {
        return last.group(1) == null ? 1 : Integer.parseInt(last.group(1));
    }

    private static void expanded(String part, List<String> into) {
        Matcher range = YEARS.matcher(part);
        if (range.matches()) {
            between(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)), into);
        } else {
            into.add(part);
        }
    }

    private static void between(int from, int to, List<String> into) {
        IntStream.rangeClosed(from, to).mapToObj(Integer::toString).forEach(into::add);
    }
}

package no.delingsruter.work;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import no.delingsruter.store.OperationTable.RefusedException;

/** From when to when, once. */
record PlannedWindow(Instant begins, Instant ends, ZoneId zone) {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    /**
     * The window that is open at a moment, or else the next one.
     *
     * @param from a time of day ({@code 22:00}), or a day and a time ({@code 2026-11-27T22:00}), in {@code zone}
     * @param to   likewise; an earlier time of day is one of the next day
     */
    static PlannedWindow of(String from, String to, Instant now, ZoneId zone) {
        try {
            if (from.contains("T") || to.contains("T")) {
                return new PlannedWindow(
                        instant(LocalDateTime.parse(from), zone), instant(LocalDateTime.parse(to), zone), zone);
            }
            LocalTime begin = LocalTime.parse(from);
            LocalTime end = LocalTime.parse(to);
            if (begin.equals(end)) {
                throw new RefusedException("The window begins when it ends.");
            }
            LocalDateTime first = LocalDateTime.ofInstant(now, zone)
                    .toLocalDate()
                    .minusDays(1)
                    .atTime(begin);
            for (LocalDateTime day = first; ; day = day.plusDays(1)) {
                Instant ends = instant(
                        day.toLocalDate().plusDays(end.isBefore(begin) ? 1 : 0).atTime(end), zone);
                if (ends.isAfter(now)) {
                    return new PlannedWindow(instant(day, zone), ends, zone);
                }
            }
        } catch (DateTimeException e) {
            throw new RefusedException(
                    "--from and --to: write times of day such as 22:00, or days with times such as 2026-11-27T22:00.");
        }
    }

    private static Instant instant(LocalDateTime time, ZoneId zone) {
        return time.atZone(zone).toInstant();
    }

    @Override
    public String toString() {
        return "from " + SHOWN.format(begins.atZone(zone)) + " to " + SHOWN.format(ends.atZone(zone)) + " (" + zone
                + ")";
    }
}

package no.delingsruter.skatteetaten.list;

import static no.delingsruter.skatteetaten.list.ScriptedList.event;
import static no.delingsruter.skatteetaten.list.ScriptedList.person;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import no.delingsruter.app.TestBed;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What event lists do that nobody has documented")
class ListBehaviourTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final ScriptedList list = new ScriptedList();
    private TestBed bed;

    @BeforeEach
    void prepare() {
        bed = new TestBed(directory).set("skatteetaten.url.inntekthendelser", list.url());
    }

    @AfterEach
    void close() {
        bed.close();
        list.close();
    }

    private void untilDelivered(LongStream persons) {
        Set<String> expected = persons.mapToObj(ScriptedList::person).collect(Collectors.toCollection(TreeSet::new));
        await().atMost(A_MINUTE)
                .untilAsserted(() -> assertEquals(
                        expected,
                        new TreeSet<>(
                                bed.jdbc().queryForList("select distinct identifikator from result", String.class))));
    }

    private void untilSaid(String text) {
        await().atMost(A_MINUTE)
                .until(() -> bed.application().alerts().open().toString().contains(text));
    }

    private void untilAskedMore(int times) {
        int before = list.asked().size();
        await().atMost(A_MINUTE).until(() -> list.asked().size() >= before + times);
    }

    private long lookups() {
        return bed.simulator().stats().lookups().calls();
    }

    @ParameterizedTest
    @CsvSource({"auto, true", "auto, false", "exclusive, true", "inclusive, false"})
    @DisplayName("I2, I13: a list's cursor is found out, and no event is lost, inclusive or exclusive")
    void cursor(String configured, boolean exclusive) {
        list.events(1, 125).exclusive = exclusive;
        list.most = 30;
        bed.set("inntekt.cursor", configured).start();
        untilDelivered(LongStream.rangeClosed(1, 125));
        assertEquals(125, lookups());
        assertEquals("{}", bed.application().alerts().open().toString());
    }

    @ParameterizedTest
    @CsvSource({"inclusive, true", "exclusive, false"})
    @DisplayName("I13: a list that contradicts what is configured is stopped by one sentence that names the key")
    void contradiction(String configured, boolean exclusive) {
        list.events(11, 50).exclusive = exclusive;
        bed.set("inntekt.cursor", configured).start();
        untilSaid("inntekt.cursor=" + configured + ", but the list is ");
        assertTrue(bed.application().alerts().standstill());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    @DisplayName(
            "I2: an event with a lower number that turns up later is followed, also after a restart, and no other again")
    void late(boolean exclusive) {
        list.exclusive = exclusive;
        list.events(1, 10).events(12, 19);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 19).filter(number -> number != 11));
        list.events(11, 11);
        untilDelivered(LongStream.rangeClosed(1, 19));
        bed.stop();
        list.events(21, 30);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 30).filter(number -> number != 20));
        bed.stop();
        list.events(20, 20);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 30));
        untilAskedMore(6);
        assertEquals(30, lookups());
    }

    @ParameterizedTest
    @CsvSource({"H2, true, 1000", "H2, false, 7", "POSTGRESQL, false, 1000", "POSTGRESQL, true, 7"})
    @DisplayName(
            "I2: by time, what turns up late anywhere behind what was read within it is followed, once, and said, also over a restart")
    void lateByTime(TestDatabase database, boolean exclusive, int most) throws IOException {
        bed.close();
        bed = new TestBed(Files.createDirectories(directory.resolve("by-time")), database, new SimulatorConfig())
                .set("skatteetaten.url.inntekthendelser", list.url())
                .set("inntekt.look-back", "10m");
        list.exclusive = exclusive;
        list.most = most;
        list.events(1, 1).events(3, 100).events(102, 130);
        try (RecordedLog log = new RecordedLog(directory.resolve("log"), false)) {
            bed.start();
            untilDelivered(LongStream.rangeClosed(1, 130).filter(number -> number != 2 && number != 101));
            untilAskedMore(3);
            list.events(2, 2);
            untilDelivered(LongStream.rangeClosed(1, 130).filter(number -> number != 101));
            bed.stop();
            list.events(101, 101);
            bed.start();
            untilDelivered(LongStream.rangeClosed(1, 130));
            list.events(131, 131);
            untilDelivered(LongStream.rangeClosed(1, 131));
            untilAskedMore(6);
            assertEquals(
                    2,
                    log.lines().stream()
                            .filter(line -> line.contains("turned up at or below the last number read"))
                            .count());
        }
        assertEquals(131, lookups());
    }

    @Test
    @DisplayName("I10: what was read longer ago than the time is neither asked for nor remembered, however much comes")
    void timeIsOver() {
        list.events(1, 60);
        bed.set("inntekt.look-back", "1s").set("inntekt.poll-interval", "50ms").start();
        untilDelivered(LongStream.rangeClosed(1, 60));
        for (long number = 61; number <= 80; number++) {
            list.events(number, number);
            untilAskedMore(2);
        }
        untilDelivered(LongStream.rangeClosed(1, 80));
        await().atMost(A_MINUTE).until(() -> newest().contains("fraSekvensnummer=81&"));
        String seen = bed.jdbc().queryForObject("select seen from checkpoint", String.class);
        assertTrue(seen.length() < 400, seen);
    }

    private String newest() {
        return list.asked().get(list.asked().size() - 1);
    }

    @Test
    @DisplayName("I10: by time, no more than 5000 events are remembered")
    void remembersNoMore() {
        list.events(1, 6_000);
        bed.set("inntekt.look-back", "1000h")
                .set("delivery.endpoints", "log:none")
                .start();
        await().atMost(A_MINUTE)
                .until(() -> bed.jdbc()
                        .queryForList("select sekvensnummer from checkpoint", Long.class)
                        .equals(List.of(6_000L)));
        String seen = bed.jdbc().queryForObject("select seen from checkpoint", String.class);
        assertEquals(5_000, seen.chars().filter(letter -> letter == ' ').count() - 2, seen.substring(0, 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s"})
    @DisplayName("I2: look-back=0 reads nothing again")
    void noLookBack(String none) {
        list.events(1, 10).events(12, 19);
        bed.set("inntekt.look-back", none).start();
        untilDelivered(LongStream.rangeClosed(1, 19).filter(number -> number != 11));
        list.events(11, 11);
        untilAskedMore(9);
        assertEquals(18, lookups());
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "1000"})
    @DisplayName("I2: a number that repeats over the end of a page is asked for again, without end only in good lists")
    void repeatedOverPageEnd(int pageSize) {
        list.events(1, 2)
                .add(2, event(2).replace(person(2), person(12)))
                .add(2, event(2).replace(person(2), person(22)))
                .events(3, 3)
                .add(3, event(3).replace(person(3), person(13)));
        bed.set("inntekt.page-size", "" + pageSize).start();
        untilDelivered(LongStream.of(1, 2, 12, 22, 3, 13));
        list.add(3, event(3).replace(person(3), person(23)));
        untilDelivered(LongStream.of(1, 2, 12, 22, 3, 13, 23));
        int asked = list.asked().size();
        bed.set("inntekt.poll-interval", "200ms");
        untilAskedMore(3);
        assertTrue(list.asked().size() < asked + 30, list.asked().toString());
        assertEquals(7, lookups());
    }

    @Test
    @DisplayName("I16: empty pages in the middle are stepped over until where the list says that it goes on")
    void emptyPagesInTheMiddle() {
        list.numbersOnly = true;
        list.start = "{\"sekvensnummer\":2000}";
        list.events(1, 5).events(2000, 2004);
        bed.set("inntekt.page-size", "100").start();
        untilDelivered(LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.rangeClosed(2000, 2004)));
        var counts = bed.application().statistics().of("inntekt", "self");
        assertEquals(2000, counts.head);
        assertEquals(0, counts.behind());
        assertTrue(counts.checkedAt != null);
    }

    private static LocalDate daysBack(int days) {
        return LocalDate.now(Start.NORWAY).minusDays(days);
    }

    @Test
    @DisplayName("I16: empty pages in the middle are stepped over also when nothing happened today, in few calls")
    void emptyPagesBeforeToday() {
        list.numbersOnly = true;
        list.starts = date -> date.isAfter(daysBack(3))
                ? null
                : "{\"sekvensnummer\":" + (date.isAfter(daysBack(10)) ? 20_000 : 1) + "}";
        list.events(1, 5).events(20_000, 20_004);
        bed.start();
        untilDelivered(LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.rangeClosed(20_000, 20_004)));
        assertTrue(
                list.asked().stream().filter(query -> query.contains("/start")).count() <= 7, list.asked()::toString);
    }

    @Test
    @DisplayName("I16: empty pages among the events of one day that is over are crossed, in one call")
    void emptyPagesWithinADay() {
        list.numbersOnly = true;
        list.starts = date -> date.isAfter(daysBack(1)) ? null : "{\"sekvensnummer\":1}";
        list.events(1, 5).events(2000, 2004);
        bed.set("inntekt.page-size", "100").start();
        untilDelivered(LongStream.concat(LongStream.rangeClosed(1, 5), LongStream.rangeClosed(2000, 2004)));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 40", "false, 5"})
    @DisplayName("I16: a position beyond the list's end is said, with the cure, and status shows it")
    void beyondTheEnd(boolean exclusive, int quietDays) {
        list.events(1, 30).exclusive = exclusive;
        list.starts = date -> date.isAfter(daysBack(Math.min(quietDays, 30))) ? null : "{\"sekvensnummer\":20}";
        bed.set("inntekt.start", "4711").start();
        untilSaid("its position (4710) is beyond the list's end");
        untilSaid("position set --service inntekt --to first");
        assertTrue(bed.command("status").contains("beyond the list's end"));
        bed.command("stop", "--service", "inntekt", "--because", "to move it");
        bed.command("position", "set", "--service", "inntekt", "--to", "first", "--because", "a digit too many");
        bed.command("start", "--service", "inntekt", "--because", "moved");
        untilDelivered(LongStream.rangeClosed(1, 30));
        await().atMost(A_MINUTE).until(() -> !bed.application().alerts().standstill());
    }

    @ParameterizedTest
    @CsvSource({"31, true", "31, false", "32, true", "32, false", "25, true"})
    @DisplayName("I16: a position at the list's end, or just after it, is none beyond it")
    void atTheEnd(String start, boolean exclusive) {
        list.events(1, 30).exclusive = exclusive;
        list.start = "{\"sekvensnummer\":20}";
        bed.set("inntekt.start", start).start();
        untilAskedMore(8);
        assertEquals("{}", bed.application().alerts().open().toString());
        list.events(31, 33);
        untilDelivered(LongStream.rangeClosed(Long.parseLong(start), 33));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", ""})
    @DisplayName("I16: an empty list is followed from whatever number, without a word")
    void emptyFromANumber(String today) {
        list.start = today.isEmpty() ? null : today;
        bed.set("inntekt.start", "50").start();
        untilAskedMore(8);
        assertEquals("{}", bed.application().alerts().open().toString());
        list.events(50, 51);
        untilDelivered(LongStream.rangeClosed(50, 51));
    }

    @Test
    @DisplayName("I2: where a day begins may be told as 18.0, as an event may have that number")
    void startWithDecimals() {
        list.start = "{\"sekvensnummer\":18.0}";
        list.events(1, 20);
        bed.set("inntekt.start", "now").start();
        untilDelivered(LongStream.rangeClosed(18, 20));
    }

    @Test
    @DisplayName(
            "I2: a list that is empty at first and then has all its years is read from its first event, not from today's")
    void emptyAtFirst() {
        list.start = "{}";
        bed.set("inntekt.poll-interval", "200ms").start();
        untilAskedMore(1);
        list.start = "{\"sekvensnummer\":18}";
        list.events(1, 20);
        untilDelivered(LongStream.rangeClosed(1, 20));
        assertEquals(20, lookups());
    }

    @Test
    @DisplayName(
            "I2, I16: a list that was empty at first, with empty pages before its first event, is stepped on to it")
    void emptyPagesAtFirst() {
        list.numbersOnly = true;
        list.start = "{\"sekvensnummer\":2000}";
        list.events(2000, 2004);
        bed.set("inntekt.page-size", "100")
                .set("inntekt.poll-interval", "200ms")
                .start();
        untilDelivered(LongStream.rangeClosed(2000, 2004));
    }

    @Test
    @DisplayName("I16: a list that begins anew is said, with the cure, and stands still until it is there again")
    void begunAnew() {
        list.events(1, 20);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 20));
        bed.stop();
        list.clear();
        list.events(1, 3);
        bed.start();
        untilSaid("move its position (position set --service inntekt --to first)");
        assertTrue(bed.application().alerts().standstill());
        list.events(4, 21);
        untilDelivered(LongStream.rangeClosed(1, 21));
        await().atMost(A_MINUTE).until(() -> !bed.application().alerts().standstill());
        assertEquals(21, lookups());
    }

    @ParameterizedTest
    @CsvSource({"auto, false", "auto, true", "inclusive, false", "exclusive, true"})
    @DisplayName("I2, I13: a list that begins at 0 is followed from there, its cursor found out, also after a restart")
    void beginsAtZero(String configured, boolean exclusive) {
        list.events(0, 25).exclusive = exclusive;
        list.most = 10;
        bed.set("inntekt.first-number", "0").set("inntekt.cursor", configured).start();
        untilDelivered(LongStream.rangeClosed(0, 25));
        bed.stop();
        list.events(26, 27);
        bed.start();
        untilDelivered(LongStream.rangeClosed(0, 27));
        assertEquals(28, lookups());
        assertEquals("{}", bed.application().alerts().open().toString());
        assertEquals(0, bed.count("parked"));
    }

    @Test
    @DisplayName("A start that is changed after the list was read is said not to count, with what moves the position")
    void startAfterAll() {
        list.events(1, 3);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 3));
        bed.stop();
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            bed.set("inntekt.start", "2").start();
            assertTrue(
                    log.lines().stream()
                            .anyMatch(line -> line.contains("inntekt.start: counts for a list that was never read")),
                    () -> log.lines().toString());
        }
        assertEquals(3, lookups());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "I2: from the first means from 0 where a list begins there: position set, with and without a job, and backfill")
    void againFromZero(boolean exclusive) {
        list.events(0, 9).exclusive = exclusive;
        list.lowest = exclusive ? -1 : 0;
        bed.set("inntekt.first-number", "0").start();
        untilDelivered(LongStream.rangeClosed(0, 9));
        bed.command("backfill", "--service", "inntekt", "--from", "first", "--because", "again");
        await().atMost(A_MINUTE).until(() -> lookups() == 20);
        bed.command("stop", "--service", "inntekt", "--because", "to move it");
        String[] move = {"position", "set", "--service", "inntekt", "--to", "first", "--because", "again"};
        String moved = bed.command(move);
        assertTrue(moved.contains("9 -> -1 ("), moved);
        bed.command("start", "--service", "inntekt", "--because", "moved");
        await().atMost(A_MINUTE).until(() -> lookups() == 30);
        bed.command("stop", "--service", "inntekt", "--because", "to move it");
        bed.stop();
        bed.command(move);
        bed.command("start", "--service", "inntekt", "--because", "moved");
        bed.start();
        await().atMost(A_MINUTE).until(() -> lookups() == 40);
        assertEquals("{}", bed.application().alerts().open().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    @DisplayName("I2: begun now, where there is nothing of today yet, nothing of before is read")
    void nothingOfToday(String first) {
        list.events(0, 20);
        bed.set("inntekt.first-number", first).set("inntekt.start", "now").start();
        untilAskedMore(3);
        list.start = "{\"sekvensnummer\":21}";
        list.events(21, 23);
        untilDelivered(LongStream.rangeClosed(21, 23));
        assertEquals(3, lookups());
    }

    @Test
    @DisplayName("I2: a list whose only event has the number 0, and then 1, is followed from there")
    void zeroAlone() {
        list.events(0, 0);
        bed.set("inntekt.first-number", "0").start();
        untilDelivered(LongStream.of(0));
        list.events(1, 1);
        untilDelivered(LongStream.rangeClosed(0, 1));
        untilAskedMore(4);
        assertEquals(2, lookups());
        assertEquals("{}", bed.application().alerts().open().toString());
    }

    @Test
    @DisplayName("I16: an exclusive list that cannot be asked from -1 is said with the key")
    void exclusiveFromOne() {
        list.events(1, 9).exclusive = true;
        list.lowest = 0;
        bed.set("inntekt.first-number", "0").start();
        untilSaid("set inntekt.first-number=1");
        assertTrue(bed.application().alerts().standstill());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0, 0", "0, 1", "1, 3"})
    @DisplayName(
            "I2, I16: a list begun by date at its very first number is asked for its start once, and then followed")
    void begunByDateAtTheFirst(long first, long begins) {
        list.start = "{\"sekvensnummer\":" + begins + "}";
        list.events(first, 5);
        bed.set("inntekt.first-number", "" + first)
                .set("inntekt.start", "2024-01-01")
                .start();
        untilDelivered(LongStream.rangeClosed(begins, 5));
        assertEquals(
                1,
                list.asked().stream()
                        .filter(query -> query.contains("dato=2024-01-01"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({
        "FIRST, false, auto",
        "NEWEST, false, auto",
        "FIRST, true, auto",
        "NEWEST, true, auto",
        "NEWEST, false, inclusive"
    })
    @DisplayName(
            "I2, I13: of a list that answers each key once every key is followed to its newest event, and its cursor not misjudged")
    void onePerKey(ScriptedList.OnePerPerson how, boolean exclusive, String configured) throws IOException {
        list.exclusive = exclusive;
        list.onePerPerson = how;
        for (long number = 1; number <= 60; number++) {
            list.add(number, event(number).replace(person(number), person(number % 7)));
        }
        try (RecordedLog log = new RecordedLog(directory.resolve("log"), false)) {
            bed.set("inntekt.one-per-key", "true")
                    .set("inntekt.cursor", configured)
                    .set("inntekt.page-size", "10")
                    .start();
            untilDelivered(LongStream.rangeClosed(0, 6));
            for (long number = 61; number <= 75; number++) {
                list.add(number, event(number).replace(person(number), person(number % 7)));
                untilFollowedTo(number);
            }
            bed.stop();
            list.add(82, event(82).replace(person(82), person(75 % 7)));
            bed.start();
            untilFollowedTo(82);
            untilAskedMore(4);
            assertEquals("{}", bed.application().alerts().open().toString());
            assertFalse(
                    log.lines().stream()
                            .anyMatch(line -> line.contains("no longer there")
                                    || line.contains("cursor is " + (exclusive ? "inclusive" : "exclusive"))),
                    () -> String.join("\n", log.lines()));
        }
    }

    private void untilFollowedTo(long number) {
        await().atMost(A_MINUTE)
                .until(() -> bed.jdbc().queryForObject("select sekvensnummer from checkpoint", Long.class) == number);
    }

    @Test
    @DisplayName(
            "I6: a list that does not say where it begins today is followed all the same; how far behind is unknown")
    void noHead() {
        list.events(1, 5);
        bed.start();
        untilDelivered(LongStream.rangeClosed(1, 5));
        untilAskedMore(3);
        assertEquals(-1, bed.application().statistics().of("inntekt", "self").behind());
        assertEquals(
                2,
                list.asked().stream().filter(query -> query.contains("/start")).count(),
                "today, and a month back");
        assertFalse(bed.application().alerts().standstill());
    }
}

package no.delingsruter.skatteetaten.list;

import static no.delingsruter.skatteetaten.list.ScriptedList.event;
import static no.delingsruter.skatteetaten.list.ScriptedList.person;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import no.delingsruter.app.TestBed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An odd event stops no list, and is not lost in silence")
class OddEventsTest {
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

    private void untilDelivered(long... persons) {
        Set<String> expected =
                LongStream.of(persons).mapToObj(ScriptedList::person).collect(Collectors.toCollection(TreeSet::new));
        await().atMost(A_MINUTE)
                .untilAsserted(() -> assertEquals(
                        expected,
                        new TreeSet<>(
                                bed.jdbc().queryForList("select distinct identifikator from result", String.class))));
    }

    private List<String> reasons() {
        return bed.jdbc().queryForList("select reason from parked order by id", String.class);
    }

    private static String with(long number, String field) {
        return event(number).replace("{", "{" + field + ",");
    }

    @Test
    @DisplayName(
            "I7: what an event holds beyond what is kept is skipped: many fields, deep ones, long names, numbers and texts")
    void moreThanIsKept() {
        String many = LongStream.range(0, 20_000)
                .mapToObj(i -> "\"felt" + i + "\":\"verdi\"")
                .collect(Collectors.joining(","));
        list.add(1, event(1))
                .add(2, event(2).replace("}", "," + many + "}"))
                .add(3, with(3, "\"dyp\":" + "[".repeat(20_000) + "]".repeat(20_000)))
                .add(4, with(4, "\"" + "n".repeat(5_000) + "\":1"))
                .add(5, with(5, "\"tall\":" + "9".repeat(5_000)))
                .add(6, with(6, "\"tekst\":\"" + "t".repeat(200_000) + "\""))
                .add(7, event(7).replace("{", "{" + many + ","))
                .add(8, event(8).replace(":8,", ":8," + many + ","))
                .add(
                        9,
                        "{\"gjelderPeriode\":\"2024-03\"," + many + ",\"identifikator\":\"" + person(9)
                                + "\",\"sekvensnummer\":9}")
                .add(10, event(10));
        bed.start();
        untilDelivered(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertEquals(0, bed.count("parked"));
    }

    @Test
    @DisplayName("I7: the same in XML")
    void moreThanIsKeptInXml() {
        String before = "<hendelse><sekvensnummer>1</sekvensnummer><identifikator>01810000001</identifikator>";
        String odd = "<a>".repeat(200) + "x" + "</a>".repeat(200) + "<" + "n".repeat(5_000) + "/>";
        List<Numbered> read = xml(before + odd + "<gjelderPeriode>2024-01</gjelderPeriode>"
                + "<gjelderPeriode>2024-02</gjelderPeriode></hendelse><hendelse/>");
        assertEquals("01810000001", read.get(0).event().get("identifikator"));
        assertEquals(List.of("2024-01", "2024-02"), read.get(0).event().get("gjelderPeriode"));
        assertEquals(
                "event 2 of the page, after the number 1, is no object",
                read.get(1).odd());
    }

    private static List<Numbered> xml(String hendelser) {
        byte[] page = ("<hendelser>" + hendelser + "</hendelser>").getBytes(StandardCharsets.UTF_8);
        return Numbered.of(EventReader.xml(page, "hendelse", 10, name -> false), 0, 1);
    }

    @Test
    @DisplayName("I2: XML that is full of escaped characters is read, of every JDK")
    void escapedInXml() {
        List<Numbered> read = xml("<hendelse><sekvensnummer>1</sekvensnummer><odd>" + "&amp;".repeat(150_000)
                + "</odd><gjelderPeriode>2024-01</gjelderPeriode></hendelse>");
        assertEquals("2024-01", read.get(0).event().get("gjelderPeriode"));
    }

    @Test
    @DisplayName("I2: an event without a usable number is parked with its bytes and its neighbours' numbers; 5.0 is 5")
    void withoutUsableNumber() {
        list.add(1, event(1))
                .add(2, event(2).replace("\"sekvensnummer\":2,", ""))
                .add(3, event(3).replace(":3,", ":\"tre\","))
                .add(4, event(4).replace(":4,", ":9223372036854775807,"))
                .add(5, event(5).replace(":5,", ":5.0,"))
                .add(6, "null")
                .add(7, "\"tekst\"")
                .add(8, event(8));
        bed.start();
        untilDelivered(1, 5, 8);
        assertEquals(
                List.of(
                        "event 2 of the page, between the numbers 1 and 5, has no usable sekvensnummer",
                        "event 3 of the page, between the numbers 1 and 5, has no usable sekvensnummer",
                        "event 4 of the page, between the numbers 1 and 5, has no usable sekvensnummer",
                        "event 6 of the page, between the numbers 5 and 8, is no object",
                        "event 7 of the page, between the numbers 5 and 8, is no object"),
                reasons());
        List<String> kept = bed.jdbc().queryForList("select hendelse from parked order by id", String.class);
        assertTrue(kept.get(1).contains("\\\"sekvensnummer\\\":\\\"tre\\\""), kept.get(1));
        assertTrue(kept.get(4).contains("\\\"tekst\\\""), kept.get(4));
        assertEquals(
                8,
                bed.application().statistics().of("inntekt", "self").eventsRead.sum());
        assertEquals(8, bed.application().store().checkpoint("inntekt", "self").orElseThrow());
    }

    @Test
    @DisplayName(
            "I16: an odd event at the list's end is said, without a name, and parked when an event stands behind it")
    void atTheEnd() {
        list.add(1, event(1)).add(2, event(2).replace("\"sekvensnummer\":2,", ""));
        bed.start();
        await().atMost(A_MINUTE)
                .until(() -> bed.application().alerts().open().toString().contains("after the number 1"));
        assertTrue(!bed.application().alerts().open().toString().contains(person(2)));
        list.events(3, 3);
        untilDelivered(1, 3);
        assertTrue(reasons().get(0).endsWith("between the numbers 1 and 3, has no usable sekvensnummer"));
        await().atMost(A_MINUTE).until(() -> bed.application().alerts().open().isEmpty());
    }

    @Test
    @DisplayName("I2: a list of periods asks for a lookup of each")
    void severalPeriods() {
        list.add(1, event(1).replace("\"2024-03\"", "[\"2024-01\",\"2024-02\"]"));
        bed.start();
        await().atMost(A_MINUTE)
                .untilAsserted(() -> assertEquals(
                        List.of("2024-01", "2024-02"),
                        bed.jdbc().queryForList("select gjelder_periode from result order by 1", String.class)));
    }

    @Test
    @DisplayName("I2: two events with one number are both followed")
    void oneNumberTwice() {
        list.add(1, event(1)).add(1, event(1).replace(person(1), person(9))).events(2, 2);
        bed.start();
        untilDelivered(1, 2, 9);
    }

    @Test
    @DisplayName("I6: 204 on a list is nothing new")
    void noContent() {
        list.empty = 204;
        bed.start();
        await().atMost(A_MINUTE).until(() -> list.asked().size() > 3);
        assertEquals("{}", bed.application().alerts().open().toString());
        list.events(1, 1);
        untilDelivered(1);
    }

    @Test
    @DisplayName("I16: a list answer that is too large is said with size, bound and key")
    void tooLarge() {
        list.add(1, with(1, "\"tekst\":\"" + "t".repeat(9_000) + "\""));
        bed.set("skatteetaten.max-response-bytes", "5000").start();
        await().atMost(A_MINUTE)
                .until(() -> bed.application()
                        .alerts()
                        .open()
                        .toString()
                        .matches(
                                "(?s).*larger than skatteetaten.max-response-bytes=5000 allows \\(9\\d\\d\\d bytes.*"));
    }
}

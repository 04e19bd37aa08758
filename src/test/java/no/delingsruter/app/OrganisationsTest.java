package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("its log is all that happens meanwhile")
class OrganisationsTest {
    private static final Pattern NUMBER = Pattern.compile("(?<![0-9A-Za-z.])[0-9]{9,11}(?![0-9A-Za-z.])");
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Tag("long")
    @Test
    @DisplayName(
            "I1: 50 organisations with 200 events each, side by side: never more than five calls of one, all delivered, each with its own token")
    void fiftyOrganisations() {
        List<String> organisations = IntStream.range(0, 50)
                .mapToObj(i -> String.valueOf(311_000_000 + i))
                .toList();
        try (TestBed bed =
                new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(20)))) {
            bed.simulator().list("inntekt").generate(200, 200, 9, 0.2);
            bed.set("organisations", String.join(", ", organisations)).set("inntekt.poll-interval", "2s");
            bed.start().untilDone("inntekt", TWO_MINUTES);

            Stats stats = bed.simulator().stats();
            assertAll(organisations.stream().map(organisation -> () -> {
                Stats.Group group = stats.group("inntekt", organisation);
                assertEquals(200, group.lookups(), organisation);
                assertTrue(group.maxInFlight() <= 5, organisation + ": " + group.maxInFlight());
            }));
            assertEquals(5, stats.maxInFlight("inntekt"));
            assertEquals(
                    Set.copyOf(organisations),
                    stats.groups().stream()
                            .filter(group -> group.group().equals("inntekt"))
                            .map(Stats.Group::organisation)
                            .collect(Collectors.toSet()),
                    "no call with a token of somebody else's");
            assertEquals(50, stats.tokens().granted());
            assertEquals(new Stats.Korrelasjonsid(0, 0, 0), stats.korrelasjonsid());
            assertEquals(10_000, bed.count("result"));
            assertEquals(50, bed.count("checkpoint"));
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName(
            "Each organisation has its own rettighetspakke, start and watch list; trouble of one does not stop another")
    void eachItsOwn() {
        String one = "311000001";
        String two = "311000002";
        String three = "311000003";
        String person = "01810000001";
        try (TestBed bed = new TestBed(
                directory,
                TestDatabase.H2,
                new SimulatorConfig().rettighetspakker("inntekt", Set.of("test", "other")))) {
            for (int i = 1; i <= 6; i++) {
                bed.simulator().list("inntekt").publish("0181000000" + i, "2024-01");
            }
            bed.set("organisations", one + "," + two + "," + three).set("inntekt.watch-periods", "none");
            bed.set("organisation." + one + ".inntekt.start", "4");
            bed.set("organisation." + two + ".inntekt.follow", "watched")
                    .set("organisation." + two + ".inntekt.rettighetspakke", "other");
            bed.set("organisation." + three + ".inntekt.rettighetspakke", "wrong");
            bed.start();
            await().atMost(TWO_MINUTES)
                    .until(() -> bed.count("checkpoint") == 3
                            && bed.jdbc()
                                            .queryForObject(
                                                    "select count(*) from result where organisation = ?",
                                                    Integer.class,
                                                    one)
                                    == 3);
            bed.jdbc()
                    .update(
                            "insert into watch (service, organisation, identifikator) values ('inntekt', ?, ?)",
                            two,
                            person);
            bed.simulator().list("inntekt").publish(person, "2024-02");
            bed.simulator().list("inntekt").publish("01810000002", "2024-02");
            await().atMost(TWO_MINUTES)
                    .until(() -> delivered(bed, one).size() == 5
                            && delivered(bed, two).size() == 1);
            assertEquals(Set.of(person + " 2024-02"), delivered(bed, two));
            assertEquals(Set.of(), delivered(bed, three));
            assertEquals(0, bed.count("parked"), "what is refused for all is not parked");
            assertEquals(
                    8,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from pending_lookup where organisation = ?",
                                    Integer.class,
                                    three));
            Map<String, String> alerts = bed.application().alerts().open();
            assertTrue(
                    alerts.entrySet().stream().allMatch(entry -> entry.getKey().contains(three)), alerts.toString());
            bed.stop();
            try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), true)) {
                String fourth = "311000004";
                bed.set("organisations", String.join(",", one, two, three, fourth))
                        .set("organisation." + fourth + ".inntekt.start", "now")
                        .set("inntekt.start", "2024-01-01")
                        .start();
                String said = "organisation." + one + ".inntekt.start, inntekt.start of " + two + ", inntekt.start of "
                        + three + ": counts for a list that was never read";
                assertTrue(
                        log.lines().stream().anyMatch(line -> line.contains(said)),
                        () -> log.lines().toString());
            }
        }
    }

    @Test
    @DisplayName(
            "I7, I8: the log says which of several organisations is paused; no other number of nine digits or more is shown")
    void pausedInTheLog() {
        String good = "311000001";
        String refused = "311000002";
        String person = "01810000001";
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), true);
                TestBed bed = new TestBed(
                        directory,
                        TestDatabase.H2,
                        new SimulatorConfig().rettighetspakker("inntekt", Set.of("test")))) {
            bed.simulator().list("inntekt").publish(person, "2024-01");
            bed.set("organisations", good + "," + refused)
                    .set("organisation." + refused + ".inntekt.rettighetspakke", "wrong");
            bed.start();
            await().atMost(TWO_MINUTES)
                    .until(() -> delivered(bed, good).size() == 1
                            && !bed.application().alerts().open().isEmpty());
            LoggerFactory.getLogger(Application.class).info("an own line about {} and {}", "311000003", person);
            bed.stop();
            List<String> lines = log.lines();
            List<String> paused =
                    lines.stream().filter(line -> line.contains("paused: ")).toList();
            assertEquals(1, paused.size(), paused.toString());
            assertTrue(paused.get(0).contains("inntekt for " + refused + ": paused: 403 "), paused.get(0));
            assertTrue(
                    lines.stream().anyMatch(line -> line.endsWith("an own line about *** and ***")),
                    "others' numbers are masked");
            Set<String> shown = lines.stream()
                    .flatMap(line -> NUMBER.matcher(line).results())
                    .map(MatchResult::group)
                    .collect(Collectors.toSet());
            shown.removeAll(Set.of(good, refused));
            assertEquals(Set.of(), shown);
        }
    }

    private static Set<String> delivered(TestBed bed, String organisation) {
        return new TreeSet<>(bed.jdbc()
                .queryForList(
                        "select concat(identifikator, ' ', gjelder_periode) from result where organisation = ?",
                        String.class,
                        organisation));
    }
}

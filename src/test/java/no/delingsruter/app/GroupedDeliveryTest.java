package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.Books;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Results that go into the store's own database together")
class GroupedDeliveryTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int EVENTS = 300;
    private static final String TO_DELIVERY = """
                    - to:
                        uri: direct:delivery
            """;

    private static final String USERS_STEPS = """
                    - setBody:
                        expression:
                          constant:
                            expression: >-
                              insert into seen (identifikator, found) select :?identifikator, count(*) from result where
                              identifikator = :?identifikator
                    - to:
                        uri: jdbc:delingsruter-database
                        parameters:
                          useHeadersAsParameters: true
                          resetAutoCommit: false
                    - filter:
                        expression:
                          simple:
                            expression: "${header.identifikator} == '01810010007'"
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: not this one
            """;

    @TempDir
    Path directory;

    private static void publish(TestBed bed) {
        for (int i = 0; i < EVENTS; i++) {
            bed.simulator().list("inntekt").publish(person(i), "2024-05");
        }
    }

    private static String person(int number) {
        return String.format("0181001%04d", number);
    }

    private static void balances(TestBed bed) {
        Books.Balance balance = bed.application().store().books().read().get(0);
        assertEquals(balance.in(), balance.out(), "I15: the books balance: " + balance.amounts());
    }

    @Test
    @DisplayName("Many share a transaction where there is much to do")
    void together() {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            publish(bed);
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(EVENTS, bed.count("result"));
            int transactions =
                    bed.jdbc().queryForObject("select count(distinct xmin::text) from result", Integer.class);
            assertTrue(transactions < EVENTS, transactions + " transactions for " + EVENTS + " results");
            balances(bed);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "I7, I9: one that the database refuses is parked with its reason; all others are there once, those of its transaction too")
    void oneIsRefused(TestDatabase database) {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.set("lookup.busy-tries", "2").start();
            bed.jdbc().execute("create table allowed (identifikator varchar(4000) primary key)");
            bed.jdbc()
                    .batchUpdate(
                            "insert into allowed values (?)",
                            IntStream.range(0, EVENTS)
                                    .filter(i -> i != 7 && i != 150)
                                    .mapToObj(i -> new Object[] {person(i)})
                                    .toList());
            bed.jdbc().execute("alter table result add foreign key (identifikator) references allowed (identifikator)");
            publish(bed);
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(EVENTS - 2, bed.count("result"));
            assertEquals(0, bed.count("result_earlier"));
            assertEquals(
                    2,
                    bed.jdbc()
                            .queryForObject(
                                    "select count(*) from parked where identifikator in ('01810010007', '01810010150') and reason like '%SQL state 23%'",
                                    Integer.class),
                    () -> bed.jdbc().queryForList("select reason from parked").toString());
            assertEquals(
                    4,
                    bed.application()
                            .statistics()
                            .of("inntekt", "self")
                            .failedTries
                            .sum(),
                    "only theirs have failed");
            balances(bed);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("I9: a user's SQL behind the delivery sees the result, and is done with it or not at all")
    void usersStatement(TestDatabase database) throws IOException {
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            String text = Files.readString(route);
            assertTrue(text.contains(TO_DELIVERY), text);
            Files.writeString(route, text.replace(TO_DELIVERY, TO_DELIVERY + USERS_STEPS));
            bed.set("lookup.busy-tries", "2").start();
            bed.jdbc().execute("create table seen (identifikator varchar(20), found integer)");
            publish(bed);
            bed.untilDone("inntekt", A_MINUTE);
            await().until(() -> bed.count("parked") == 1);
            assertEquals(EVENTS - 1, bed.count("result"));
            assertEquals(
                    Map.of(1, (long) EVENTS - 1),
                    Map.of(
                            bed.jdbc().queryForObject("select min(found) from seen", Integer.class),
                            bed.jdbc().queryForObject("select count(*) from seen where found = 1", Long.class)));
            balances(bed);
        }
    }
}

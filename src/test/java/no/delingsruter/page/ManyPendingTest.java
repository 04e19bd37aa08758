package no.delingsruter.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.app.TestBed;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.store.TimedStatements;
import no.delingsruter.support.FreePort;
import no.delingsruter.support.Http1;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** With {@code -Dpending.rows=1000000}, as in the profile crash, the times count; the smaller run looks at how the rows are read. */
@Tag("outage")
@Tag("long")
class ManyPendingTest {
    private static final int ROWS = Integer.getInteger("pending.rows", 10_000);
    private static final boolean FULL = ROWS >= 1_000_000;
    private static final int UNITS = FULL ? 100 : 20;
    private static final int ROUNDS = FULL ? 20 : 3;
    private static final long LONGEST_VIEW = 300;
    private static final long LONGEST_STATEMENT = 50;
    private static final List<String> ADDRESSES =
            List.of("", "api/status", "parked", "operations", "api/positions", "observe/metrics");

    @TempDir
    Path directory;

    private int port;

    /** Half of all wait for the first organisation. */
    private static void fill(JdbcTemplate jdbc, TestDatabase database) {
        String series = database == TestDatabase.H2 ? "system_range(1, ?) as s(n)" : "generate_series(1, ?) as s(n)";
        for (int unit = 0; unit < UNITS; unit++) {
            int rows = unit == 0 ? ROWS / 2 : ROWS / 2 / (UNITS - 1);
            jdbc.update("""
                    insert into lookup_state (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot,
                        first_sekvensnummer, latest_sekvensnummer, events, identity_change, revision, attempts, due_at)
                    select 'inntekt', ?, 'inntekt', 'key ' || ? || '-' || cast(10000000 + n as varchar), '2024-03', '', 0, n, n, 1, false, 0, 0,
                        current_timestamp from\s""" + series, organisation(unit), organisation(unit), rows);
        }
    }

    private static String organisation(int unit) {
        return Integer.toString(310_000_100 + unit);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return Http1.CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/" + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I10: with a hundred units and a million lookups pending, a view takes less than 300 ms, and no statement"
                    + " more than 50 ms or the whole table")
    void quick(TestDatabase database) throws Exception {
        port = FreePort.find();
        try (TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.set("management.port", Integer.toString(port)).start().stop();
            bed.command("pause", "--because", "to look at it");
            bed.set(
                    "organisations",
                    IntStream.range(0, UNITS)
                            .mapToObj(ManyPendingTest::organisation)
                            .collect(Collectors.joining(",")));
            try (TimedStatements statements = new TimedStatements(bed.storeUrl())) {
                fill(bed.jdbc(), database);
                if (database == TestDatabase.POSTGRESQL) {
                    bed.jdbc().execute("vacuum analyze lookup_state");
                }
                bed.start();
                looks(bed, database, statements);
            }
        }
    }

    private void looks(TestBed bed, TestDatabase database, TimedStatements statements) throws Exception {
        int expected = ROWS / 2 + (UNITS - 1) * (ROWS / 2 / (UNITS - 1));
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> sum(get("api/status").body()) == expected);
        // The books are checked at the start, and read each key once
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> !get("observe/metrics")
                        .body()
                        .contains("delingsruter_books_difference{organisation=\"310000100\",service=\"inntekt\"} NaN"));
        long scans = scans(bed, database);
        Map<String, Long> longest = new TreeMap<>();
        statements.begin();
        for (int i = 0; i < ROUNDS; i++) {
            for (String address : ADDRESSES) {
                long from = System.nanoTime();
                assertEquals(200, get(address).statusCode(), address);
                longest.merge(address, (System.nanoTime() - from) / 1_000_000, Math::max);
            }
        }
        long from = System.nanoTime();
        assertTrue(bed.command("status").contains("PAUSED"));
        longest.put("status", (System.nanoTime() - from) / 1_000_000);
        System.out.printf("%s, %,d pending: longest view in ms %s%n", database, ROWS, longest);
        statements.slowest().stream()
                .limit(5)
                .forEach(one -> System.out.printf("%6d ms  %.100s%n", one.getValue(), one.getKey()));
        // PostgreSQL may tell late of the books' own
        assertTrue(scans(bed, database) - scans <= 1, "the whole table was read");
        if (FULL) {
            longest.remove("status");
            assertEquals(
                    List.of(),
                    longest.entrySet().stream()
                            .filter(one -> one.getValue() > LONGEST_VIEW)
                            .toList());
            List<Map.Entry<String, Long>> slow = new ArrayList<>(statements.slowest());
            slow.removeIf(one -> one.getValue() <= LONGEST_STATEMENT);
            assertEquals(List.of(), slow);
        }
    }

    private static long sum(String status) throws IOException {
        long sum = 0;
        for (JsonNode list : new ObjectMapper().readTree(status).path("lists")) {
            sum += list.path("pending").asLong();
        }
        return sum;
    }

    /** How often all of it was read. */
    private static long scans(TestBed bed, TestDatabase database) {
        return database == TestDatabase.H2
                ? 0
                : bed.jdbc()
                        .queryForObject(
                                "select seq_scan from pg_stat_user_tables where relname = 'lookup_state'", Long.class);
    }
}

package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The goals, 85 percent used and less than five percent refused, are held by {@code LimitedApiTest} on a clock of its own. On a real one a
 * busy machine shifts calls by more than lies between two of them.
 */
class SlowGatewayTest {
    private static final int LOOKUPS = 150;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', textBlock = """
            {open: 4}      ; 503
            {perSecond: 20}; 429
            """)
    @DisplayName(
            "A gateway that takes fewer calls than five slots make refuses less than one in ten, and all is delivered")
    void limited(String limit, int status) {
        try (TestBed bed =
                new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(100)))) {
            bed.simulator()
                    .faults()
                    .add("{match: {api: inntekt}, limit: " + limit + ", action: {type: status, status: " + status
                            + ", body: '<html><h1>Slower, please</h1></html>'}}");
            bed.simulator().list("inntekt").generate(LOOKUPS, LOOKUPS, 9, 0);
            bed.set("lookup.first-pause", "1s").set("inntekt.poll-interval", "60s");
            bed.start().untilDone("inntekt", Duration.ofMinutes(2));

            Stats.Group seen = bed.simulator().stats().group("inntekt", "310000001");
            double refused = seen.status().getOrDefault(String.valueOf(status), 0L) / (double) seen.calls();
            assertTrue(refused > 0 && refused < 0.10, "refused " + refused + " of " + seen.calls());
            assertEquals(LOOKUPS, bed.count("result"));
            assertEquals(0, bed.count("parked"));
        }
    }
}

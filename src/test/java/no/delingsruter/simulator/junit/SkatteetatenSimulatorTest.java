package no.delingsruter.simulator.junit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@SkatteetatenSimulator
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("@SkatteetatenSimulator in a user's own test, with nothing else of the test kit")
class SkatteetatenSimulatorTest {
    private static final int EVENTS = 20;
    private static SimulatedSkatteetaten skatteetaten;

    @TempDir
    Path directory;

    @Test
    @Order(1)
    @DisplayName("Its settings address it, and what it counts is what the routes have asked for")
    void follows() throws Exception {
        skatteetaten.list("inntekt").generate(EVENTS, EVENTS, 1, 0);
        Map<String, String> given = new HashMap<>(skatteetaten.settings());
        given.put("services", "inntekt");
        given.put("inntekt.rettighetspakke", "test");
        given.put("store.url", "jdbc:h2:file:" + directory.resolve("store"));
        given.put("store.answers", "none");
        Settings settings = Settings.load(Path.of("config"), null, Map.of(), new Properties())
                .with(given);
        CamelContext camel = new DefaultCamelContext();
        try {
            Installation installation = Installation.start(camel, settings, Path.of("routes"));
            camel.start();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> skatteetaten.keys() == EVENTS && installation.pending("inntekt", "self") == 0);
        } finally {
            camel.stop();
        }
        assertEquals(EVENTS, skatteetaten.lookups());
        assertTrue(skatteetaten.maxInFlight() >= 1 && skatteetaten.maxInFlight() <= 5, "I1");
    }

    @Test
    @Order(2)
    @DisplayName("The next test is given the same one, with counts of zero; the events stay")
    void countsFromZero(SimulatedSkatteetaten given) {
        assertSame(skatteetaten, given);
        assertEquals(0, given.lookups());
        assertEquals(0, given.keys());
        assertEquals(EVENTS, given.list("inntekt").size());
    }

    @Nested
    @DisplayName("A class within")
    class Within {
        @Test
        @DisplayName("shares it")
        void same(SimulatedSkatteetaten given) {
            assertSame(skatteetaten, given);
        }
    }
}

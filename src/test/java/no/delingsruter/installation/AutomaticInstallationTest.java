package no.delingsruter.installation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.simulator.junit.SimulatedSkatteetaten;
import no.delingsruter.simulator.junit.SkatteetatenSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

@SkatteetatenSimulator
@DisplayName("Camel's own main with the jar, a file of YAML and properties, and nothing else: as camel run starts it")
class AutomaticInstallationTest {
    private static final int EVENTS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DEAD = "seda:dead";

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I1, I2, I7: the list is followed to its end; what cannot be written is parked, not in the application's dead letter channel")
    void follows(SimulatedSkatteetaten skatteetaten) throws Exception {
        skatteetaten.list("inntekt").generate(EVENTS, EVENTS, 1, 0);
        Path results = Files.createDirectories(directory.resolve("results"));
        // A folder where the file of number 7 should be
        Files.createDirectories(results.resolve("7.json/in the way"));
        Main main = main(skatteetaten, Map.of());
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport starting) {
                starting.getCamelContext()
                        .getCamelContextExtension()
                        .setErrorHandlerFactory(new DeadLetterChannelDefinition(DEAD));
            }
        });
        main.start();
        try {
            CamelContext camel = main.getCamelContext();
            JdbcTemplate store = new JdbcTemplate(Objects.requireNonNull(
                    camel.getRegistry().lookupByNameAndType(Installation.PREFIX + "store", DataSource.class)));
            await().atMost(PATIENCE)
                    .until(() -> files(results) == EVENTS - 1
                            && store.queryForObject("select count(*) from parked", Integer.class) == 1);
            assertEquals(7L, store.queryForObject("select sekvensnummer from parked", Long.class));
            assertEquals(EVENTS, skatteetaten.keys());
            assertTrue(skatteetaten.maxInFlight() <= 5, "I1: " + skatteetaten.maxInFlight());
            assertEquals(0, camel.getEndpoint(DEAD, SedaEndpoint.class).getCurrentQueueSize(), "dead letters");
        } finally {
            main.stop();
        }
    }

    @Test
    @DisplayName("What cannot work is said in a sentence, before anything is called")
    void refused(SimulatedSkatteetaten skatteetaten) {
        assertEquals(
                "Unknown key lookup.triez; the nearest",
                refusal(main(skatteetaten, Map.of("lookup.triez", "2"))).substring(0, 37));
        String off = refusal(main(skatteetaten, Map.of("enabled", "false")));
        assertTrue(off.contains(Installation.PREFIX), off);
        assertEquals(0, skatteetaten.lookups());
    }

    @Test
    @DisplayName("A context whose routes follow no list is left alone")
    void others() throws Exception {
        Main main = new Main();
        main.configure().withRoutesIncludePattern("false").withRoutesCollectorEnabled(false);
        main.start();
        try {
            assertNull(main.getCamelContext().getRegistry().lookupByName(Installation.PREFIX + "store"));
        } finally {
            main.stop();
        }
    }

    private static String refusal(Main main) {
        try {
            Throwable e = assertThrows(Exception.class, main::start);
            while (e.getCause() != null && !(e instanceof ConfigurationException)) {
                e = e.getCause();
            }
            return String.valueOf(e.getMessage());
        } finally {
            main.stop();
        }
    }

    private Main main(SimulatedSkatteetaten skatteetaten, Map<String, String> more) {
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure()
                .withRoutesIncludePattern("file:src/test/camel-run/inntekt.camel.yaml")
                .withShutdownTimeout(5);
        skatteetaten.settings("delingsruter.").forEach(main::addProperty);
        main.addProperty("delingsruter.store.url", "jdbc:h2:mem:" + UUID.randomUUID());
        main.addProperty("delingsruter.inntekt.rettighetspakke", "test");
        main.addProperty("delingsruter.lookup.busy-tries", "2");
        main.addProperty("delingsruter.lookup.first-pause", "50ms");
        main.addProperty("results", directory.resolve("results").toString());
        more.forEach((key, value) -> main.addProperty("delingsruter." + key, value));
        return main;
    }

    private static long files(Path directory) throws Exception {
        try (var files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}

package no.delingsruter.boot;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.installation.Installation;
import no.delingsruter.simulator.junit.SimulatedSkatteetaten;
import no.delingsruter.simulator.junit.SkatteetatenSimulator;
import no.delingsruter.store.TestDatabase;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.spring.boot.actuate.health.CamelHealthCheckIndicator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

@SkatteetatenSimulator
@DisplayName("An application of Spring Boot with the jar, twelve lines of a route, and its own PostgreSQL")
class SpringBootTest {
    private static final int EVENTS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    /** All that the application is. The test's class path has a broker's server, which no application has. */
    @EnableAutoConfiguration(exclude = ArtemisAutoConfiguration.class)
    static class App {
        public static void main(String[] arguments) {
            SpringApplication.run(App.class, arguments);
        }

        @Bean
        Own own(JdbcTemplate jdbc) {
            return new Own(jdbc);
        }
    }

    /** The application's own SQL, on its own JdbcTemplate. */
    static final class Own {
        private final JdbcTemplate jdbc;
        private final Set<Long> failed = ConcurrentHashMap.newKeySet();

        Own(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
            jdbc.execute("create table if not exists mine (sekvensnummer bigint)");
        }

        /** Fails after its write: always for number 7, and the first time for number 9. */
        public void keep(@Header("sekvensnummer") long number, Exchange exchange) {
            jdbc.update("insert into mine values (?)", number);
            if (number == 7 || (number == 9 && failed.add(number))) {
                throw new IllegalStateException("not this one");
            }
            exchange.setProperty("taken", true);
        }
    }

    @Test
    @DisplayName(
            "I2, I9: the application's own SQL commits and rolls back with ours; metrics, health and routes are the application's")
    void follows(SimulatedSkatteetaten skatteetaten) throws Exception {
        skatteetaten.list("inntekt").generate(EVENTS, EVENTS, 1, 0);
        try (ConfigurableApplicationContext context = application(skatteetaten, Map.of())) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            CamelContext camel = context.getBean(CamelContext.class);
            await().atMost(PATIENCE).until(() -> count(jdbc, "mine") == EVENTS - 1 && count(jdbc, "parked") == 1);
            assertEquals(0, count(jdbc, "mine where sekvensnummer = 7"), "what failed is rolled back");
            assertEquals(1, count(jdbc, "mine where sekvensnummer = 9"), "once, at the second try");
            assertEquals(EVENTS, skatteetaten.keys());
            assertTrue(skatteetaten.maxInFlight() <= 5, "I1: " + skatteetaten.maxInFlight());
            assertNotNull(
                    context.getBean(MeterRegistry.class)
                            .find("delingsruter.parked")
                            .gauge(),
                    "metrics");
            assertEquals(
                    Status.UP,
                    context.getBean(CamelHealthCheckIndicator.class).health().getStatus());
            assertEquals("the application's", camel.resolvePropertyPlaceholders("{{file.directory}}"));
            assertEquals("inntekt", camel.resolvePropertyPlaceholders("{{services}}"));
            assertFalse(exists(jdbc, "flyway_schema_history"), "no Flyway of the application's was started");

            camel.getRouteController().stopRoute("lookups");
            skatteetaten.list("inntekt").publishNew();
            Installation installation = context.getBean(Installation.class);
            await().atMost(PATIENCE).until(() -> installation.pending("inntekt", "self") == 1);
            assertEquals(EVENTS - 1, count(jdbc, "mine"), "a lane stops with its route");
            camel.getRouteController().startRoute("lookups");
            await().atMost(PATIENCE).until(() -> count(jdbc, "mine") == EVENTS);
        }
    }

    @Test
    @DisplayName("What cannot work is said in a sentence, before anything is called")
    void refused(SimulatedSkatteetaten skatteetaten) {
        Throwable e = assertThrows(
                Exception.class,
                () -> application(skatteetaten, Map.of("delingsruter.lookup.triez", "2"))
                        .close());
        while (!(e instanceof ConfigurationException)) {
            e = e.getCause();
        }
        assertTrue(e.getMessage().startsWith("Unknown key lookup.triez; the nearest"), e.getMessage());
        assertEquals(0, skatteetaten.lookups());
    }

    private ConfigurableApplicationContext application(SimulatedSkatteetaten skatteetaten, Map<String, String> more) {
        SpringApplication application = new SpringApplication(App.class);
        return application.run(arguments(skatteetaten, TestDatabase.POSTGRESQL.url(directory), more));
    }

    /** For the application that follows the simulator with a PostgreSQL. */
    static String[] arguments(SimulatedSkatteetaten skatteetaten, String url, Map<String, String> more) {
        Map<String, String> properties = new LinkedHashMap<>(skatteetaten.settings("delingsruter."));
        properties.put("spring.datasource.url", url);
        properties.put("spring.datasource.username", TestDatabase.POSTGRESQL.user());
        properties.put("spring.datasource.password", "postgres");
        properties.put("spring.datasource.hikari.maximum-pool-size", "16");
        properties.put("camel.main.routes-include-pattern", "classpath:boot/*.yaml");
        properties.put("delingsruter.inntekt.rettighetspakke", "test");
        properties.put("delingsruter.inntekt.poll-interval", "200ms");
        properties.put("delingsruter.lookup.tries", "2");
        properties.put("delingsruter.lookup.busy-tries", "2");
        properties.put("delingsruter.lookup.firstPause", "50ms");
        properties.put("file.directory", "the application's");
        properties.putAll(more);
        return properties.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
    }

    private static int count(JdbcTemplate jdbc, String table) {
        return jdbc.queryForObject("select count(*) from " + table, Integer.class);
    }

    private static boolean exists(JdbcTemplate jdbc, String table) {
        return jdbc.queryForObject("select to_regclass(?) is not null", Boolean.class, table);
    }
}

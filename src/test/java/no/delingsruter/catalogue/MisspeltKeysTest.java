package no.delingsruter.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is given by -D or in the environment is looked at like what stands in the file")
class MisspeltKeysTest {
    private static final Catalogue CATALOGUE = Catalogue.read(Path.of("routes"));
    private static final Map<String, String> RIGHT = Map.of("inntekt.rettighetspakke", "x");

    private static Settings settings(Map<String, String> environment, String... system) {
        Properties properties = new Properties();
        System.getProperties().forEach(properties::put);
        for (int i = 0; i < system.length; i += 2) {
            properties.setProperty(system[i], system[i + 1]);
        }
        return Settings.load(Path.of("config"), null, environment, properties).with(RIGHT);
    }

    private static String refused(Settings settings) {
        return assertThrows(ConfigurationException.class, () -> ConfigurationValidator.settings(settings, CATALOGUE))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inntekt.poll-intervall | Unknown key inntekt.poll-intervall (given by -D); the nearest known one is inntekt.poll-interval.",
                "skatteetaten.max-inflight | Unknown key skatteetaten.max-inflight (given by -D); the nearest known one is skatteetaten.max-in-flight.",
                "maskinporten.whatever | Unknown key maskinporten.whatever (given by -D).",
                "inntek.start | Unknown service in the key inntek.start (given by -D); the nearest known one is inntekt.",
                "inntek.poll-interval | Unknown service in the key inntek.poll-interval (given by -D); the nearest known one is inntekt.",
                "skatteetaten.url.inntekthendelse | Unknown api in the key skatteetaten.url.inntekthendelse (given by -D); the nearest known one is inntekthendelser.",
                "store.ulr | Unknown key store.ulr (given by -D); the nearest known one is store.url.",
                "stroe.url | Unknown key stroe.url (given by -D); the nearest known one is store.url.",
                "kafka.topc | Unknown key kafka.topc (given by -D); the nearest known one is kafka.topic.",
                "file.direktory | Unknown key file.direktory (given by -D); the nearest known one is file.directory.",
                "outbox.whatever | Unknown key outbox.whatever (given by -D).",
                "delingsruter.confg | Unknown key delingsruter.confg (given by -D); the nearest known one is delingsruter.config.",
                "service | Unknown key service (given by -D); the nearest known one is services.",
                "failoverr | Unknown key failoverr (given by -D); the nearest known one is failover."
            })
    void property(String name, String sentence) {
        assertEquals(sentence, refused(settings(Map.of(), name, "1")));
    }

    @ParameterizedTest
    @CsvSource({
        "INNTEKT_POLL_INTERVALL, INNTEKT_POLL_INTERVAL",
        "INNTEK_START, INNTEKT_START",
        "INNTEK_POLL_INTERVAL, INNTEKT_POLL_INTERVAL",
        "STORE_ULR, STORE_URL",
        "STROE_URL, STORE_URL",
        "KAFKA_TOPC, KAFKA_TOPIC",
        "FAILOVER_LAESE, FAILOVER_LEASE"
    })
    void variable(String name, String near) {
        assertEquals(
                "Unknown environment variable " + name + "; the nearest known one is " + near + ".",
                refused(settings(Map.of(name, "1s"))));
    }

    @Test
    @DisplayName(
            "Names in a service's addresses may come from -D and from the environment, each organisation's too; a misspelt one may not")
    void namesInAddresses() {
        Map<String, String> paths =
                Map.of("inntekt.list-path", "/v1/{rolleId}/{other}/hendelser", "organisations", "310000011");
        Settings given = settings(
                        Map.of("ORGANISATION_310000011_INNTEKT_ROLLEID", "of one", "INNTEKT_ROLLEID", "common"),
                        "inntekt.other",
                        "by -D")
                .with(paths);
        Settings settings = ConfigurationValidator.adopted(given, CATALOGUE);
        assertEquals(List.of("inntekt"), ConfigurationValidator.settings(settings, CATALOGUE));
        assertEquals("of one", settings.find("310000011", "inntekt.rolleId").orElseThrow());
        assertEquals("common", settings.find("310000012", "inntekt.rolleId").orElseThrow());
        assertEquals("by -D", settings.get("inntekt.other"));
        Settings misspelt = settings(Map.of(), "inntekt.rolleid", "x").with(paths);
        assertTrue(refused(ConfigurationValidator.adopted(misspelt, CATALOGUE))
                .startsWith("Unknown key inntekt.rolleid (given by -D)"));
    }

    @Test
    @DisplayName("What belongs to the JVM, the system and the platform is left in peace")
    void ofOthers() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        for (String name : """
                STORE_PORT STORE_SERVICE_HOST MANAGEMENT_SERVICE_HOST DELIVERY_SERVICE_HOST DATABASE_PORT DATABASE_HOST KAFKA_PORT
                KAFKA_PORT_9092_TCP_ADDR AMQP_PORT JMS_PORT S3_PORT SERVICE FAILOVERS AMQ_USER AWS_USER PATH MYAPP_START POD_FORMAT
                JENKINS_HOME""".split("\\s+", -1)) {
            environment.put(name, "x");
        }
        Settings settings = settings(
                environment,
                "user.something",
                "x",
                "log4j2.level",
                "WARN",
                "file.encoding.pkg",
                "x",
                "delingsruter.routes",
                "routes",
                "https.proxyHost",
                "x",
                "otel.service.name",
                "x");
        assertEquals(List.of("inntekt"), ConfigurationValidator.settings(settings, CATALOGUE));
    }

    @Test
    @DisplayName(
            "I1: more than five calls at a time are warned of, with whose rule it is; an audience without its slash too")
    void againstTheRules() {
        Settings settings = settings(
                Map.of(), "skatteetaten.max-in-flight", "6", "maskinporten.audience", "https://maskinporten.no");
        List<String> warnings = CatalogueWarnings.warnings(settings, CATALOGUE, List.of("inntekt"));
        assertTrue(
                warnings.get(0).startsWith("skatteetaten.max-in-flight is 6: Skatteetaten's rules of use allow five"),
                warnings.toString());
        assertTrue(warnings.get(1).contains("ends with a slash"), warnings.toString());
    }

    @Test
    @DisplayName("A start in the future, for which the list has no number, is refused")
    void future() {
        String date = LocalDate.now(ZoneId.of("Europe/Oslo")).plusYears(1).toString();
        assertEquals(
                "inntekt.start: '" + date + "' is in the future; no list has a number for it.",
                refused(settings(Map.of(), "inntekt.start", date)));
    }
}

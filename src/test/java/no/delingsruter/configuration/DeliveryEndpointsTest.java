package no.delingsruter.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("delivery.endpoints holds any address")
class DeliveryEndpointsTest {
    private static List<String> of(Map<String, String> values) {
        return DeliveryEndpoints.of(settings(values));
    }

    private static Settings settings(Map<String, String> values) {
        return Settings.load(Path.of("nowhere"), null, Map.of(), new Properties())
                .with(values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "direct:database | direct:database",
                "direct:database, direct:file,file:out | direct:database;direct:file;file:out",
                "kafka:t?brokers=a:9092,b:9092 | kafka:t?brokers=a:9092,b:9092",
                "kafka:t?brokers=a:9092,b:9092&secretKey=x,y,direct:file | kafka:t?brokers=a:9092,b:9092&secretKey=x,y;direct:file"
            })
    void cut(String endpoints, String expected) {
        assertEquals(List.of(expected.split(";")), of(Map.of("delivery.endpoints", endpoints)));
    }

    @Test
    @DisplayName("Numbered ones go first, by number")
    void numbered() {
        assertEquals(
                List.of("direct:a", "kafka:t?x=direct:b,direct:c", "direct:d"),
                of(Map.of(
                        "delivery.endpoints", "direct:database",
                        "delivery.endpoint.10", "direct:d",
                        "delivery.endpoint.2", "kafka:t?x=direct:b,direct:c",
                        "delivery.endpoint.1", "direct:a")));
    }

    @Test
    @DisplayName("What stands in delivery.endpoints alone, beside numbered ones, is known, so that it can be said")
    void notUsed() {
        assertEquals(
                List.of("direct:file"),
                DeliveryEndpoints.notUsed(settings(Map.of(
                        "delivery.endpoints",
                        "direct:database, direct:file",
                        "delivery.endpoint.1",
                        "direct:database"))));
        assertEquals(List.of(), DeliveryEndpoints.notUsed(settings(Map.of("delivery.endpoints", "direct:file"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "direct:database,file | 'file' is no address; write each endpoint by itself",
                "database | 'database' is no address",
                "'' | delivery.endpoints is missing"
            })
    void refused(String endpoints, String sentence) {
        String said = assertThrows(ConfigurationException.class, () -> of(Map.of("delivery.endpoints", endpoints)))
                .getMessage();
        assertTrue(said.contains(sentence), said);
    }
}

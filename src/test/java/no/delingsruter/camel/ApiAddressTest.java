package no.delingsruter.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiAddressTest {
    @ParameterizedTest
    @CsvSource({
        "https://{api}.api.skatteetaten.no, https://api.skatteetaten.no",
        "https://{api}.api.skatteetaten-test.no/, https://api-test.sits.no",
        "http://gateway/{api}, http://gateway/trekkpaalegg"
    })
    @DisplayName(
            "Trekkpålegg has hosts of its own in Skatteetaten's environments; elsewhere skatteetaten.url holds, and its own key always")
    void ownHosts(String url, String expected) {
        Map<String, String> list = Catalogue.read(Path.of("routes"))
                .service("trekkpaalegg")
                .orElseThrow()
                .list();
        Properties keys = new Properties();
        keys.setProperty("skatteetaten.url", url);
        assertEquals(expected, ApiAddress.of(settings(keys), "trekkpaalegg", list.get("hosts")));
        assertEquals(
                url.replace("{api}", "inntekt").replaceFirst("/$", ""), ApiAddress.of(settings(keys), "inntekt", ""));
        assertEquals("/api/trekkpaalegg/v1", list.get("path"));
        keys.setProperty("skatteetaten.url.trekkpaalegg", "https://another.example");
        assertEquals("https://another.example", ApiAddress.of(settings(keys), "trekkpaalegg", list.get("hosts")));
    }

    private static Settings settings(Properties keys) {
        return Settings.load(Path.of("config"), null, Map.of(), keys);
    }
}

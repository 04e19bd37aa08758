package no.delingsruter.skatteetaten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViaTest {
    @TempDir
    Path directory;

    private Settings settings(String... more) {
        Settings settings =
                Settings.load(directory, null, Map.of(), new Properties()).with(Map.of("skatteoppgjoer.via", "fiks"));
        return more.length == 0 ? settings : settings.with(Map.of(more[0], more[1]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | Ugyldig integrasjon 01810012345 | the integration: compare fiks.integrasjon-id",
                "401 | | the token or the integration; check fiks.integrasjon-id",
                "403 | Mangler ROLLE 01810012345 | the role: fiks.rolle-id must be",
                "403 | Token mangler scope ks:fiks | the scope: the client at Maskinporten needs ks:fiks",
                "403 | Ugyldig rettighetspakke for 01810012345 | the rettighetspakke: KS and Skatteetaten",
                "403 | <html> | the role (fiks.rolle-id), the scope ks:fiks or the rettighetspakke; the answer does not say which",
            })
    @DisplayName("I8: what a proxy refuses is told as far as its answer says so, in our words alone")
    void hints(int status, String answer, String hint) {
        String said = Via.of(settings(), "skatteoppgjoer").orElseThrow().hint(status, answer == null ? "" : answer);
        assertTrue(said.startsWith("fiks refuses " + hint), said);
        assertFalse(said.contains("01810012345"), said);
    }

    @Test
    @DisplayName(
            "Fiks is in production unless fiks.environment is test; fiks.url goes before both; no other status is its own")
    void address() {
        assertEquals("https://api.fiks.ks.no", new Access(settings(), "skatteoppgjoer").url());
        assertEquals(
                "https://api.fiks.test.ks.no",
                new Access(settings("fiks.environment", "test"), "skatteoppgjoer").url());
        assertEquals(
                "https://fiks.example.no",
                new Access(settings("fiks.url", "https://fiks.example.no/"), "skatteoppgjoer").url());
        assertEquals("", Via.of(settings(), "skatteoppgjoer").orElseThrow().hint(404, "rolle"));
    }

    @Test
    @DisplayName("An address that is none names the key of the proxy's address, not Skatteetaten's")
    void wrongAddress() {
        assertEquals("fiks.url", new Access(settings(), "skatteoppgjoer").urlKey());
        assertEquals("skatteetaten.url", new Access(settings(), "inntekt").urlKey());
    }
}

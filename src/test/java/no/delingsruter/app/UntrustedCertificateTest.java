package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntrustedCertificateTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "skatteetaten.url.inntekt, the TLS certificate of inntekt is not trusted",
        "skatteetaten.url.inntekthendelser, the TLS certificate of inntekthendelser is not trusted",
        "maskinporten.token-url, the TLS certificate of Maskinporten at localhost is not trusted",
    })
    @DisplayName(
            "I7: a certificate of a CA that is not trusted, as a TLS-inspecting proxy has it, is a standstill that names the cure")
    void untrusted(String key, String said) throws Exception {
        HttpsServer server = server();
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(3, 3, 1, 0);
            bed.set(key, "https://localhost:" + server.getAddress().getPort()).start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> bed.application().alerts().open().toString().contains(said)
                            && bed.application().alerts().standstill());
            assertTrue(bed.application().alerts().open().toString().contains("tls.ca-file"));
            assertEquals(0, bed.count("parked"));
        } finally {
            server.stop(0);
        }
    }

    private HttpsServer server() throws Exception {
        Path file = TlsFront.keys(directory, "localhost");
        char[] password = TlsFront.PASSWORD.toCharArray();
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(file.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.start();
        return server;
    }
}

package no.delingsruter.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service behind a gateway that wants headers of its own, and addresses with names of its own. */
class OwnHeadersTest {
    private static final String ONE = "310000011";
    private static final String TWO = "310000012";

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I8: lists and lookups carry a service's own headers and names, each organisation's its own, read again from their file; no secret is written down")
    void headersAndNames() throws IOException {
        Set<String> seen = new ConcurrentSkipListSet<>();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            seen.add(path + " " + exchange.getRequestHeaders().getFirst("X-Nav-Apikey") + " "
                    + exchange.getRequestHeaders().getFirst("Client"));
            boolean first = path.endsWith("/hendelser")
                    && exchange.getRequestURI().getQuery().contains("fraSekvensnummer=1&");
            byte[] answer = (first
                            ? "{\"hendelser\":[{\"sekvensnummer\":1,\"identifikator\":\"01810012345\",\"gjelderPeriode\":\"2024-03\"}]}"
                            : "{\"hendelser\":[]}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(path.endsWith("/hendelser") ? 200 : 503, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        Path key = Files.writeString(directory.resolve("key"), "first-of-the-common\n");
        try (TestBed bed = new TestBed(Files.createDirectory(directory.resolve("bed")))) {
            Files.writeString(
                    bed.config().resolve("application.properties"),
                    "\ninntekt.header.X-Nav-Apikey=file:" + key + "\ninntekt.rolleId=a/b\n",
                    StandardOpenOption.APPEND);
            bed.set("skatteetaten.url", "http://127.0.0.1:" + api.getAddress().getPort())
                    .set("organisations", ONE + "," + TWO)
                    .set("inntekt.list-path", "/v1/{rolleId}/hendelser")
                    .set("inntekt.lookup-path", "/v1/{rolleId}/{identifikator}")
                    .set("inntekt.header.Client", "common-client")
                    .set("organisation." + TWO + ".inntekt.rolleId", "two")
                    .set("organisation." + TWO + ".inntekt.header.x-nav-apikey", "key-of-the-second")
                    .start();
            await().untilAsserted(() -> {
                assertTrue(seen.contains("/v1/a%2Fb/hendelser first-of-the-common common-client"), seen::toString);
                assertTrue(seen.contains("/v1/a%2Fb/01810012345 first-of-the-common common-client"), seen::toString);
                assertTrue(seen.contains("/v1/two/hendelser key-of-the-second common-client"), seen::toString);
                assertTrue(seen.contains("/v1/two/01810012345 key-of-the-second common-client"), seen::toString);
            });
            Files.writeString(key, "");
            Files.writeString(key, "second-of-the-common");
            await().until(() -> seen.contains("/v1/a%2Fb/hendelser second-of-the-common common-client"));
            assertFalse(
                    seen.stream().anyMatch(call -> call.startsWith("/v1/two/") && call.contains("-common ")),
                    seen::toString);
            String stored =
                    bed.jdbc().queryForList("select * from pending_lookup").toString();
            assertFalse(stored.contains("of-the") || stored.contains("common-client"), stored);
        } finally {
            api.stop(0);
        }
    }

    @Test
    @DisplayName("A name in an address that comes from the environment is there for the job")
    void nameFromTheEnvironment() {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("inntekt.list-path", "/v1/{rolleId}/hendelser").writeSettings();
            Settings without = Settings.load(bed.config(), null, Map.of(), new Properties());
            assertThrows(ConfigurationException.class, () -> Application.check(without, bed.routes()));
            Application.check(
                    Settings.load(bed.config(), null, Map.of("INNTEKT_ROLLEID", "a"), new Properties()), bed.routes());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inntekt.header.Authorization | Basic secretword | inntekt.header.Authorization: the header Authorization is not",
                "inntekt.header.korrelasjonsid | secretword | inntekt.header.korrelasjonsid: the header korrelasjonsid is not",
                "organisation.310000011.inntekt.header.HOST | secretword | organisation.310000011.inntekt.header.HOST: the header HOST is not",
                "inntekt.header.CamelHttpUri | secretword | inntekt.header.CamelHttpUri: the header CamelHttpUri is not",
                "inntekt.header.X-Key | secretword-æ | inntekt.header.X-Key: it is empty, or holds what no header can",
                "inntekt.header.X-Key | '' | inntekt.header.X-Key: it is empty, or holds what no header can",
                "inntekt.list-path | /v1/{rolleId}/hendelser | inntekt.rolleId is missing for organisation 310000011: the address /v1/{rolleId}/hendelser",
                "inntekt.lookup-path | /v1/{rolleId}/{identifikator} | inntekt.rolleId is missing for organisation 310000011: the address",
                "inntekt.lookup-path | /v1/{identifkator} | the nearest known name is {identifikator}.",
                "inntekt.lookup-path | /v1/{kommunenummer} | a field of the event is written {event.kommunenummer}.",
            })
    @DisplayName(
            "I8: a header that is ours, one that cannot be sent, and a name without a value are refused at start, by key and without the value")
    void refused(String key, String value, String sentence) {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("organisations", ONE).set(key, value);
            String message =
                    assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(message.contains(sentence), message);
            assertFalse(message.contains("secretword"), message);
            assertEquals(0, bed.simulator().stats().calls());
        }
    }
}

package no.delingsruter.crash;

import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import no.delingsruter.configuration.Keys;
import no.delingsruter.simulator.Simulator;

/** The configuration folder of a child that works against a simulator of this process. */
final class ChildConfig {
    static final String CLIENT = "crash";

    private ChildConfig() {}

    /**
     * @param directory gets config/ and, when the child delivers to files, out/
     * @param more goes before what is set here
     */
    static void write(Path directory, Simulator simulator, RSAKey key, Map<String, String> more) throws IOException {
        Path jwk = Files.writeString(directory.resolve("key.jwk"), key.toJSONString());
        Map<String, String> values = new TreeMap<>(Map.of(
                "services",
                "inntekt",
                "inntekt.rettighetspakke",
                "test",
                "inntekt.poll-interval",
                "50ms",
                "lookup.first-pause",
                "50ms",
                "store.password",
                "postgres",
                // Nothing looks at it, and it takes a tenth of a start
                "camel.main.jmxEnabled",
                "false",
                // The receivers' own books are kept by key
                "delivery.headers",
                Keys.find("delivery.headers").orElseThrow().defaultValue() + ",identifikator",
                "file.directory",
                directory.resolve("out").toString()));
        values.putAll(Map.of(
                "skatteetaten.url",
                simulator.url(),
                "maskinporten.token-url",
                simulator.tokenUrl(),
                "maskinporten.audience",
                simulator.issuer(),
                "maskinporten.client-id",
                CLIENT,
                "maskinporten.jwk",
                "file:" + jwk));
        values.putAll(more);
        Files.writeString(
                Files.createDirectories(directory.resolve("config")).resolve("application.properties"),
                values.entrySet().stream()
                        .map(value -> value.getKey() + "=" + value.getValue())
                        .collect(Collectors.joining("\n")));
    }
}

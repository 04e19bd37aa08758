package no.delingsruter.maskinporten;

import com.nimbusds.jose.jwk.RSAKey;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.support.Keytool;

/** Real keys: a registered pair made here, and certificates made by the JDK's keytool. */
final class TestKeys {
    static final String PASSWORD = "keystore-secret";
    static final KeyPair PAIR = pair("RSA", 2048);

    private TestKeys() {}

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String jwk(String keyId) {
        return new RSAKey.Builder((RSAPublicKey) PAIR.getPublic())
                .privateKey(PAIR.getPrivate())
                .keyID(keyId)
                .build()
                .toJSONString();
    }

    static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** An entry with its own key and certificate; options are keytool's. */
    static void generate(Path file, String alias, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-keyalg"));
        List<String> given = List.of(options);
        arguments.addAll(given.contains("EC") ? List.of() : List.of("RSA"));
        arguments.addAll(given);
        Keytool.run(file, PASSWORD, arguments);
    }

    /** A keystore with one entry, "enterprise", whose certificate was issued by another. */
    static Path withChain(Path directory) throws Exception {
        Path both = directory.resolve("both.p12");
        generate(both, "issuer", "EC", "-groupname", "secp256r1", "-ext", "bc:c");
        generate(both, "enterprise", "-keysize", "2048", "-signer", "issuer", "-validity", "400");
        KeyStore from = load(both);
        return save(
                directory.resolve("enterprise.p12"),
                "enterprise",
                (PrivateKey) from.getKey("enterprise", PASSWORD.toCharArray()),
                PASSWORD,
                from.getCertificateChain("enterprise"));
    }

    static KeyStore load(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    static Path save(Path file, String alias, PrivateKey key, String keyPassword, Certificate... chain)
            throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (key == null) {
            store.setCertificateEntry(alias, chain[0]);
        } else {
            store.setKeyEntry(alias, key, keyPassword.toCharArray(), chain);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    static MaskinportenSettings settings(URI address, Map<String, String> key) {
        return settings(address, key, Duration.ofSeconds(10));
    }

    static MaskinportenSettings settings(URI address, Map<String, String> key, Duration timeout) {
        Map<String, String> all = new HashMap<>(Map.of(
                "maskinporten.token-url",
                address.toString(),
                "maskinporten.audience",
                "https://test.maskinporten.no/",
                "maskinporten.client-id",
                "our-client"));
        key.forEach((name, value) -> all.put("maskinporten." + name, value));
        return MaskinportenSettings.from(all::get, timeout);
    }
}

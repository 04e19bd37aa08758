package no.delingsruter.simulator;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;

/** A root, an issuer and a business certificate, made with the JDK's keytool. */
record CertificateChain(List<Base64> x5c, RSAKey key) {

    static CertificateChain make(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("chain.p12");
        keytool(store, "-alias", "root", "-dname", "CN=Test root", "-ext", "bc:c");
        keytool(store, "-alias", "issuer", "-dname", "CN=Test issuer", "-ext", "bc:c", "-signer", "root");
        keytool(store, "-alias", "leaf", "-dname", "CN=Test business", "-signer", "issuer");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        List<Base64> x5c = new ArrayList<>();
        for (Certificate c : keys.getCertificateChain("leaf")) {
            x5c.add(Base64.encode(c.getEncoded()));
        }
        RSAKey key = new RSAKey.Builder(
                        (RSAPublicKey) keys.getCertificate("leaf").getPublicKey())
                .privateKey((RSAPrivateKey) keys.getKey("leaf", "changeit".toCharArray()))
                .build();
        return new CertificateChain(x5c, key);
    }

    private static void keytool(Path store, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }
}

package no.delingsruter.simulator;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.support.Keytool;

/** A root, an issuer and a business certificate, made with the JDK's keytool. */
record CertificateChain(List<Base64> x5c, RSAKey key) {
    private static final List<String> RSA = List.of("-keyalg", "RSA", "-keysize", "2048");
    /** A pair of RSA takes C1 a second. */
    private static final List<String> ON_A_CURVE = List.of("-keyalg", "EC", "-groupname", "secp256r1");

    static CertificateChain make(Path folder)
            throws IOException, GeneralSecurityException, ReflectiveOperationException {
        Path store = folder.resolve("chain.p12");
        keytool(store, ON_A_CURVE, "-alias", "root", "-dname", "CN=Test root", "-ext", "bc:c");
        keytool(store, ON_A_CURVE, "-alias", "issuer", "-dname", "CN=Test issuer", "-ext", "bc:c", "-signer", "root");
        keytool(store, RSA, "-alias", "leaf", "-dname", "CN=Test business", "-signer", "issuer");
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

    private static void keytool(Path store, List<String> algorithm, String... more)
            throws ReflectiveOperationException {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair"));
        arguments.addAll(algorithm);
        arguments.addAll(List.of(more));
        Keytool.run(store, "changeit", arguments);
    }
}

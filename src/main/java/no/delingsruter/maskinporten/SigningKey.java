package no.delingsruter.maskinporten;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a grant is signed with: an RSA key known either by its certificate or by its key id.
 *
 * @param chain the certificate and those above it, the signer's first; empty for a registered key
 * @param keyId the registered key's id; null when there is a chain
 * @param end   when it expires; null when it does not say
 */
record SigningKey(
        PrivateKey key,
        List<X509Certificate> chain,
        String keyId,
        @Nullable Instant end) {
    private static final int LEAST_BITS = 2048;

    static SigningKey certified(PrivateKey key, List<X509Certificate> chain, String configurationKey) {
        checked(key, configurationKey);
        return new SigningKey(
                key, List.copyOf(chain), null, chain.get(0).getNotAfter().toInstant());
    }

    static SigningKey registered(PrivateKey key, String keyId, @Nullable Instant end, String configurationKey) {
        checked(key, configurationKey);
        if (keyId == null) {
            throw new KeyMaterialException(
                    "maskinporten.key-id", "is missing: give the kid of the key as it is registered on the client");
        }
        return new SigningKey(key, List.of(), keyId, end);
    }

    private static void checked(PrivateKey key, String configurationKey) {
        if (!(key instanceof RSAKey rsa) || !"RSA".equals(key.getAlgorithm())) {
            throw new KeyMaterialException(
                    configurationKey, "holds a key that is not an RSA key: Maskinporten takes RSA signatures only");
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < LEAST_BITS) {
            throw new KeyMaterialException(
                    configurationKey, "holds an RSA key of " + bits + " bits: it must have " + LEAST_BITS + " or more");
        }
    }

    @Override
    public String toString() {
        return "SigningKey[certificates=" + chain.size() + ", keyId=" + keyId + "]";
    }
}

package no.delingsruter.simulator.maskinporten;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks who signed a grant: a registered key (kid), or a certificate with its whole chain (x5c). */
final class Signature {
    private static final Set<String> ALGORITHMS = Set.of("RS256", "RS384", "RS512");
    private final Clients clients;

    Signature(Clients clients) {
        this.clients = clients;
    }

    /** @param clientId the grant's iss */
    void check(SignedJWT grant, String clientId) throws Refusal {
        JWSHeader header = grant.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm().getName())) {
            throw Refusal.grant("MP-100", "Invalid assertion: alg must be RS256, RS384 or RS512");
        }
        boolean certificate =
                header.getX509CertChain() != null && !header.getX509CertChain().isEmpty();
        if (certificate == (header.getKeyID() != null)) {
            throw Refusal.grant("MP-101", "Invalid assertion: the header must have either kid or x5c");
        }
        RSAPublicKey key = certificate ? leaf(header.getX509CertChain()) : registered(header.getKeyID(), clientId);
        try {
            if (!grant.verify(new RSASSAVerifier(key))) {
                throw Refusal.grant("MP-102", "Invalid assertion: the signature does not fit");
            }
        } catch (JOSEException e) {
            throw Refusal.grant("MP-102", "Invalid assertion: the signature cannot be checked");
        }
    }

    private RSAPublicKey registered(String kid, String clientId) throws Refusal {
        Clients.Key key = clients.key(kid);
        if (key == null || !key.clientId().equals(clientId)) {
            throw Refusal.client("MP-120", "Invalid assertion: the client has no key with this kid");
        }
        if (key.expired()) {
            throw Refusal.client("MP-121", "Invalid assertion: the key has expired");
        }
        try {
            return key.jwk().toRSAKey().toRSAPublicKey();
        } catch (JOSEException e) {
            throw Refusal.client("MP-120", "Invalid assertion: the registered key is no RSA key");
        }
    }

    private static RSAPublicKey leaf(List<Base64> chain) throws Refusal {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Base64 one : chain) {
            X509Certificate certificate = X509CertUtils.parse(one.decode());
            if (certificate == null) {
                throw Refusal.grant("MP-103", "Invalid assertion: x5c holds something that is no certificate");
            }
            certificates.add(certificate);
        }
        try {
            for (int i = 0; i < certificates.size(); i++) {
                X509Certificate one = certificates.get(i);
                one.checkValidity();
                boolean last = i == certificates.size() - 1;
                X509Certificate issuer = last ? one : certificates.get(i + 1);
                // a chain may leave out the root, but one certificate alone is a chain only when it is its own issuer
                if (!last || i == 0) {
                    one.verify(issuer.getPublicKey());
                }
                if (!last && issuer.getBasicConstraints() < 0) {
                    throw Refusal.grant(
                            "MP-104", "Invalid assertion: x5c holds an issuer that is no certificate authority");
                }
            }
        } catch (GeneralSecurityException e) {
            throw Refusal.grant("MP-104", "Invalid assertion: x5c is no valid chain");
        }
        if (certificates.get(0).getPublicKey() instanceof RSAPublicKey key) {
            return key;
        }
        throw Refusal.grant("MP-104", "Invalid assertion: the certificate's key is no RSA key");
    }
}

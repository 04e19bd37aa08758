package no.delingsruter.maskinporten;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the JWT grants of Maskinporten's documentation, page "JWT grant": a claim that is not named there is answered with 400. */
final class GrantSigner {
    /** Maskinporten takes an {@code iat} at most 10 s ahead of its own clock; behind costs nothing but lifetime. */
    private static final Duration BACKDATED = Duration.ofSeconds(5);
    /** The longest that Maskinporten takes. */
    private static final Duration LIFETIME = Duration.ofMinutes(2);

    private final JWSHeader header;
    private final RSASSASigner signer;
    private final String audience;
    private final String clientId;
    private final InstantSource clock;

    GrantSigner(SigningKey key, String audience, String clientId, InstantSource clock) {
        this.header = header(key);
        this.signer = new RSASSASigner(key.key());
        this.audience = audience;
        this.clientId = clientId;
        this.clock = clock;
    }

    /**
     * @param scope one scope
     * @return a grant that has not been used before
     */
    String sign(String scope, ActingFor actingFor) {
        Instant issued = clock.instant().minus(BACKDATED);
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .audience(audience)
                .issuer(clientId)
                .claim("scope", scope)
                .claim("consumer_org", actingFor.consumerOrg())
                .claim("authorization_details", authorizationDetails(actingFor.systembruker()))
                .issueTime(Date.from(issued))
                .expirationTime(Date.from(issued.plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT grant = new SignedJWT(header, claims);
        try {
            grant.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("The grant could not be signed", e);
        }
        return grant.serialize();
    }

    /** One party a grant, named as the documentation ("Systembruker for virksomheter") has it; null for none. */
    private static @Nullable List<Map<String, Object>> authorizationDetails(@Nullable String systembruker) {
        return systembruker == null
                ? null
                : List.of(Map.of(
                        "type",
                        "urn:altinn:systemuser",
                        "systemuser_org",
                        Map.of("authority", "iso6523-actorid-upis", "ID", "0192:" + systembruker)));
    }

    private static JWSHeader header(SigningKey key) {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256);
        return key.keyId() != null
                ? header.keyID(key.keyId()).build()
                : header.x509CertChain(encoded(key.chain())).build();
    }

    private static List<Base64> encoded(List<X509Certificate> chain) {
        List<Base64> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(Base64.encode(certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new KeyMaterialException("maskinporten.keystore", "holds a certificate that cannot be sent");
        }
        return encoded;
    }
}

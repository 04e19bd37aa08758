package no.delingsruter.maskinporten;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;

/** A registered key as a private JWK (RFC 7517). */
final class JwkKey {
    private static final String JWK_KEY = "maskinporten.jwk";

    private JwkKey() {}

    static SigningKey read(String jwk, String keyId) {
        RSAKey key = parse(jwk.startsWith("{") ? jwk : SigningKeys.text(jwk, JWK_KEY));
        try {
            return SigningKey.registered(
                    key.toRSAPrivateKey(),
                    keyId != null ? keyId : key.getKeyID(),
                    key.getExpirationTime() == null
                            ? null
                            : key.getExpirationTime().toInstant(),
                    JWK_KEY);
        } catch (JOSEException e) {
            throw new KeyMaterialException(JWK_KEY, "holds an RSA key that cannot be used");
        }
    }

    private static RSAKey parse(String text) {
        try {
            Map<String, Object> json = JSONObjectUtils.parse(text);
            if (json.containsKey("keys")) {
                throw new KeyMaterialException(JWK_KEY, "is a set of keys: give the one private key by itself");
            }
            JWK jwk = JWK.parse(json);
            if (!(jwk instanceof RSAKey rsa)) {
                throw new KeyMaterialException(
                        JWK_KEY, "holds a key that is not an RSA key: Maskinporten takes RSA signatures only");
            }
            if (!jwk.isPrivate()) {
                throw new KeyMaterialException(
                        JWK_KEY, "has no private part: give the key pair, not what was registered");
            }
            return rsa;
        } catch (ParseException e) {
            throw new KeyMaterialException(JWK_KEY, "is not a JWK that can be read");
        }
    }
}

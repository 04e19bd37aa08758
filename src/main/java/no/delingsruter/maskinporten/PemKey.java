package no.delingsruter.maskinporten;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registered key as a PEM text in PKCS#8 (RFC 7468, section 10). */
final class PemKey {
    private static final String PRIVATE_KEY = "maskinporten.private-key";
    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    private PemKey() {}

    static SigningKey read(String pem, String keyId) {
        String text = pem.contains("-----BEGIN") ? pem : SigningKeys.text(pem, PRIVATE_KEY);
        return SigningKey.registered(key(text), keyId, null, PRIVATE_KEY);
    }

    private static PrivateKey key(String text) {
        Matcher block = PKCS8.matcher(text);
        if (!block.find()) {
            throw new KeyMaterialException(PRIVATE_KEY, whyNot(text));
        }
        // An environment variable often carries its line breaks as the two characters \n
        String base64 = block.group(1).replace("\\n", "").replace("\\r", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeyMaterialException(PRIVATE_KEY, "is not an RSA key in PKCS#8, or is damaged");
        }
    }

    private static String whyNot(String text) {
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY")) {
            return "is protected by a password: take it off with 'openssl pkcs8 -in key.pem -out key-pkcs8.pem', or use a PKCS#12 keystore";
        }
        if (text.contains("BEGIN RSA PRIVATE KEY")) {
            return "is not PKCS#8: convert it with 'openssl pkcs8 -topk8 -nocrypt -in key.pem -out key-pkcs8.pem'";
        }
        return "has no BEGIN PRIVATE KEY block: give the RSA private key as PKCS#8 PEM";
    }
}

package no.delingsruter.support;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for an identifikator where an operator needs to see that two lines are about the same one. It cannot be turned back, nor be
 * guessed by trying all numbers, without the installation's secret.
 */
public final class KeyedHash {
    private static final int BYTES = 6;
    private final SecretKeySpec secret;

    /** @param secret of the installation, see {@link no.delingsruter.store.InstallationSecret} */
    public KeyedHash(byte[] secret) {
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** Twelve hexadecimal digits: the beginning of HMAC-SHA256. */
    public String of(String identifikator) {
        return HexFormat.of().formatHex(bytes(identifikator), 0, BYTES);
    }

    /** The whole HMAC-SHA256, 32 bytes, of any text. */
    public byte[] bytes(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}

package no.delingsruter.maskinporten;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import no.delingsruter.support.ForwardProxy;
import org.jspecify.annotations.Nullable;

/**
 * What the grant needs: where Maskinporten is, who asks, and exactly one kind of key. A blank text counts as absent.
 *
 * @param tokenUrl         where tokens are asked for, http or https; {@code maskinporten.token-url}
 * @param audience         Maskinporten's issuer identifier, trailing slash included, never the token address (documentation: "JWT
 *                         grant", "/token endpoint"); {@code maskinporten.audience}
 * @param clientId         the client's id in Maskinporten; {@code maskinporten.client-id}
 * @param keystore         path of a PKCS#12 file with an enterprise certificate and its chain, or null
 * @param keystorePassword null for none
 * @param keyAlias         null for the only private key in the keystore
 * @param keyPassword      null for the keystore's
 * @param jwk              path of a private JWK, or the JWK itself (it starts with a brace), or null
 * @param privateKey       path of a PKCS#8 PEM file, or the PEM text itself, or null
 * @param keyId            the {@code kid} of the registered key: required with {@code privateKey}; with {@code jwk} null for the JWK's own
 * @param keyExpires       when a registered key expires, which only Maskinporten knows by itself; null when it is not said
 * @param proxy            by which Maskinporten is reached; null for none
 * @param requestTimeout   how long one token may take, waiting included
 */
public record MaskinportenSettings(
        URI tokenUrl,
        String audience,
        String clientId,
        String keystore,
        String keystorePassword,
        String keyAlias,
        String keyPassword,
        String jwk,
        String privateKey,
        String keyId,
        @Nullable Instant keyExpires,
        @Nullable ForwardProxy proxy,
        Duration requestTimeout) {

    /** @throws IllegalArgumentException naming the configuration key at fault; key material is checked by {@link TokenSource} */
    public MaskinportenSettings {
        audience = required("maskinporten.audience", audience);
        clientId = required("maskinporten.client-id", clientId);
        keystore = blankToNull(keystore);
        keyAlias = blankToNull(keyAlias);
        keyPassword = emptyToNull(keyPassword);
        keystorePassword = emptyToNull(keystorePassword);
        jwk = blankToNull(jwk);
        privateKey = blankToNull(privateKey);
        keyId = blankToNull(keyId);
        if (tokenUrl == null) {
            throw new IllegalArgumentException("maskinporten.token-url is missing");
        }
        if (tokenUrl.getHost() == null
                || tokenUrl.getUserInfo() != null
                || !String.valueOf(tokenUrl.getScheme()).matches("(?i)https?")) {
            throw new IllegalArgumentException(
                    "maskinporten.token-url is not an http or https address without user information");
        }
        if (requestTimeout == null || requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("The request time-out for Maskinporten must be longer than zero");
        }
    }

    /**
     * Reads the {@code maskinporten.*} keys.
     *
     * @param property       gives a key's value, null or blank when it is not set
     * @param requestTimeout how long one token may take, waiting included
     * @throws IllegalArgumentException naming the configuration key at fault
     */
    public static MaskinportenSettings from(UnaryOperator<String> property, Duration requestTimeout) {
        return new MaskinportenSettings(
                address(property.apply("maskinporten.token-url")),
                property.apply("maskinporten.audience"),
                property.apply("maskinporten.client-id"),
                property.apply("maskinporten.keystore"),
                property.apply("maskinporten.keystore-password"),
                property.apply("maskinporten.key-alias"),
                property.apply("maskinporten.key-password"),
                property.apply("maskinporten.jwk"),
                property.apply("maskinporten.private-key"),
                property.apply("maskinporten.key-id"),
                date(property.apply("maskinporten.key-expires")),
                ForwardProxy.from(property),
                requestTimeout);
    }

    private static @Nullable Instant date(String text) {
        try {
            return blankToNull(text) == null
                    ? null
                    : LocalDate.parse(text.strip()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("maskinporten.key-expires is not a date such as 2027-01-31");
        }
    }

    private static URI address(String text) {
        try {
            return URI.create(required("maskinporten.token-url", text));
        } catch (IllegalArgumentException e) {
            // The parser's own message repeats what was written, and that may be anything
            throw new IllegalArgumentException("maskinporten.token-url is missing or not an address");
        }
    }

    private static String required(String key, String value) {
        if (blankToNull(value) == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value.strip();
    }

    private static String blankToNull(String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    // Spaces may be part of a password
    private static String emptyToNull(String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /** Where and who, and nothing of the key. */
    @Override
    public String toString() {
        return "MaskinportenSettings[tokenUrl=" + tokenUrl + ", audience=" + audience + ", clientId=" + clientId
                + ", requestTimeout=" + requestTimeout + "]";
    }
}

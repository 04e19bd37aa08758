package no.delingsruter.maskinporten;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that grants are signed with, as its file is now: a rotation needs no stop. Its files are small, and are read for each grant; one
 * that cannot be used, half written perhaps, leaves the key before it in use.
 */
final class CurrentKey {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentKey.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(30);
    private static final Duration WARN_EVERY = Duration.ofDays(1);

    private final Supplier<MaskinportenSettings> settings;
    private final InstantSource clock;
    private Material material;
    private SigningKey key;
    private GrantSigner signer;
    private @Nullable Instant expires;
    private @Nullable Instant warned;
    private @Nullable String unusable;

    /** What the key is read from: it is another key when this is another. */
    private record Material(MaskinportenSettings settings, List<ByteBuffer> files) {}

    /**
     * @param settings read again for each grant; they change with the files of their secrets
     * @throws KeyMaterialException when the key cannot be used
     */
    CurrentKey(Supplier<MaskinportenSettings> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        load(material(settings.get()));
        MaskinportenSettings first = material.settings();
        if (expires == null) {
            expires = first.keyExpires();
        }
        warnOfMissingChain();
        warnOfEnd();
    }

    synchronized GrantSigner signer() {
        try {
            Material now = material(settings.get());
            if (!now.equals(material)) {
                load(now);
                LOG.info("The key for Maskinporten has changed, and has been read again");
                warned = null;
            }
            unusable = null;
        } catch (RuntimeException e) {
            // Once for each cause
            if (!Objects.equals(unusable, e.getMessage())) {
                unusable = e.getMessage();
                LOG.warn(
                        "The key for Maskinporten has changed and cannot be used; the one before is used on. {}",
                        unusable);
            }
        }
        warnOfEnd();
        return signer;
    }

    /** When it can be used no more; empty when that is not known. */
    synchronized Optional<Instant> expires() {
        return Optional.ofNullable(expires);
    }

    /** Whether it is known by its certificate, and not registered on the client. */
    synchronized boolean isCertified() {
        return key.keyId() == null;
    }

    private void load(Material from) {
        SigningKey fresh = SigningKeys.load(from.settings(), clock.instant());
        signer = new GrantSigner(
                fresh, from.settings().audience(), from.settings().clientId(), clock);
        key = fresh;
        material = from;
        // The configured date is that of the key at the start
        expires = fresh.end();
    }

    private static Material material(MaskinportenSettings settings) {
        return new Material(
                settings,
                Stream.of(settings.keystore(), settings.jwk(), settings.privateKey())
                        .filter(Objects::nonNull)
                        .map(CurrentKey::content)
                        .toList());
    }

    /** What the path names; nothing when it is the key itself, or a file that is not there, of which others speak. */
    private static ByteBuffer content(String path) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(Path.of(path)));
        } catch (IOException | InvalidPathException e) {
            return ByteBuffer.allocate(0);
        }
    }

    /** At the start, for a new key, and daily. */
    private void warnOfEnd() {
        Instant now = clock.instant();
        if (expires == null
                || expires.isAfter(now.plus(WARN_BEFORE))
                || (warned != null && now.isBefore(warned.plus(WARN_EVERY)))) {
            return;
        }
        warned = now;
        String when = expires.isAfter(now)
                ? "expires at " + expires + ", in "
                        + Duration.between(now, expires).toDays() + " days"
                : "has expired at " + expires;
        LOG.warn(
                key.keyId() == null
                        ? "The certificate in maskinporten.keystore {}: order a new one, and replace the file; no restart is needed"
                        : "The key that is registered on the client (maskinporten.key-expires) {}: register a new one, replace the"
                                + " file, and set the new date",
                when);
    }

    synchronized KeyFacts facts() {
        return new KeyFacts(isCertified(), hasChain(), expires);
    }

    private boolean hasChain() {
        List<X509Certificate> chain = key.chain();
        return chain.size() != 1
                || chain.get(0).getIssuerX500Principal().equals(chain.get(0).getSubjectX500Principal());
    }

    private void warnOfMissingChain() {
        if (!hasChain()) {
            LOG.warn(
                    "maskinporten.keystore holds the certificate without its chain, and Maskinporten wants the full chain");
        }
    }
}

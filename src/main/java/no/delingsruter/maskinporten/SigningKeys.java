package no.delingsruter.maskinporten;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Finds the one kind of key that is configured. */
final class SigningKeys {
    private SigningKeys() {}

    /** @throws KeyMaterialException when there is not exactly one kind of key, or it cannot be used at {@code now} */
    static SigningKey load(MaskinportenSettings settings, Instant now) {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("maskinporten.keystore", settings.keystore());
        kinds.put("maskinporten.jwk", settings.jwk());
        kinds.put("maskinporten.private-key", settings.privateKey());
        kinds.values().removeIf(Objects::isNull);
        List<String> given = List.copyOf(kinds.keySet());
        if (given.isEmpty()) {
            throw new KeyMaterialException(
                    "maskinporten.keystore",
                    "is missing, and so are maskinporten.jwk and maskinporten.private-key: " + "set one of the three");
        }
        if (given.size() > 1) {
            throw new KeyMaterialException(given.get(1), "is set besides " + given.get(0) + ": keep one kind of key");
        }
        if (settings.jwk() != null) {
            return JwkKey.read(settings.jwk(), settings.keyId());
        }
        if (settings.privateKey() != null) {
            return PemKey.read(settings.privateKey(), settings.keyId());
        }
        if (settings.keyId() != null) {
            throw new KeyMaterialException(
                    "maskinporten.key-id",
                    "is set besides maskinporten.keystore, whose certificate is sent instead: "
                            + "remove it, or give the registered key as maskinporten.jwk or maskinporten.private-key");
        }
        return KeystoreKey.read(settings, now);
    }

    /** A text file's content. The path is not repeated in errors: a key pasted into the wrong place looks like a path. */
    static String text(String path, String configurationKey) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new KeyMaterialException(
                    configurationKey,
                    "names a file that does not exist or cannot be read as text (looked for from "
                            + Path.of("").toAbsolutePath() + ")");
        }
    }
}

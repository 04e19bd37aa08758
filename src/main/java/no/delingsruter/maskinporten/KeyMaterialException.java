package no.delingsruter.maskinporten;

/** The configured key cannot be used. The message is one sentence that starts with the configuration key at fault; it holds no secret. */
public final class KeyMaterialException extends IllegalArgumentException {

    // Without a cause on purpose: parsers put what they read into their messages
    KeyMaterialException(String configurationKey, String fault) {
        super(configurationKey + " " + fault);
    }
}

package no.delingsruter.configuration;

/** The configuration cannot be used; the message is one sentence that names the key at fault. */
public class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}

package no.delingsruter.configuration;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A secret that stands in a file of its own: its value is {@code file:PATH}. */
public final class SecretFile {
    private static final String BEFORE = "file:";

    private SecretFile() {}

    static boolean isNamedBy(String value) {
        return value.startsWith(BEFORE);
    }

    /**
     * A secret that is given, or what the file holds that {@code file:PATH} names.
     *
     * @throws ConfigurationException naming {@code name} when that file cannot be read
     */
    public static String secret(String name, String value) {
        if (!isNamedBy(value)) {
            return value;
        }
        try {
            return TextFile.read(Path.of(value.substring(BEFORE.length()))).strip();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    name
                            + ": the file it points to has letters in its path that this system's locale cannot write; set LANG=C.UTF-8 (Java reads paths by it).");
        } catch (IOException | RuntimeException e) {
            throw new ConfigurationException(name + ": the file it points to cannot be read.");
        }
    }
}

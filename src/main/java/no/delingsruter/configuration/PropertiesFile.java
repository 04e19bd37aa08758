package no.delingsruter.configuration;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** A configuration file, with what {@link Properties} takes in silence refused. */
final class PropertiesFile {
    /** A drive, and one backslash: Properties would take it, and the next ones, for escapes. */
    private static final Pattern WINDOWS_PATH = Pattern.compile("(?:^|[=:\\s,])[A-Za-z]:\\\\(?!\\\\).*");

    /** One that Properties would drop, or make a control character of, which no value of ours has. */
    private static final Pattern BAD_ESCAPE =
            Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\(?![\\\\=:#! ]|u[0-9A-Fa-f]{4}|$)");

    private static final Pattern CONTINUED = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\$");

    private PropertiesFile() {}

    /** @throws ConfigurationException naming the file, and the line where one is at fault */
    static Map<String, String> read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            String text = TextFile.read(file);
            escapes(file, text);
            new Properties() {
                private static final long serialVersionUID = 1L;

                @Override
                public synchronized Object put(Object key, Object value) {
                    if (values.put((String) key, (String) value) != null) {
                        throw new ConfigurationException(file + ": " + key + " stands there twice; leave one of them.");
                    }
                    return super.put(key, value);
                }
            }.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("The configuration file " + file + " cannot be read.");
        }
        return values;
    }

    private static void escapes(Path file, String text) {
        int number = 0;
        boolean continued = false;
        for (String line : text.lines().toList()) {
            number++;
            boolean comment = !continued && line.stripLeading().matches("[#!].*");
            continued = !comment && CONTINUED.matcher(line).find();
            if (!comment
                    && (WINDOWS_PATH.matcher(line).find()
                            || BAD_ESCAPE.matcher(line).find())) {
                throw new ConfigurationException(
                        file + ":" + number + ": a backslash begins an escape here; write / or \\\\ in a path.");
            }
        }
    }
}

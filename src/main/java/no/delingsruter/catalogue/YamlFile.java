package no.delingsruter.catalogue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A route file as YAML.
 *
 * @param text    as it stands in the file
 * @param entries of its list
 */
record YamlFile(String text, List<?> entries) {
    /** @throws ConfigurationException with file and line, when it is not YAML or no list */
    static YamlFile read(Path file) throws IOException {
        try {
            return of(file, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " is not UTF-8; save it as UTF-8.");
        }
    }

    /**
     * @param file its name, for messages
     * @throws ConfigurationException with file and line, when it is not YAML or no list
     */
    static YamlFile of(Path file, String given) {
        String text = given.replaceFirst("^\\uFEFF", "");
        Object document;
        try {
            document = new Load(LoadSettings.builder().build()).loadFromReader(new StringReader(text));
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            throw new ConfigurationException(file
                    + (mark == null ? "" : ":" + (mark.getLine() + 1))
                    + ": not YAML: " + sentence(e.getProblem())
                    + (mark == null ? "" : ", in column " + (mark.getColumn() + 1)) + ".");
        } catch (YamlEngineException e) {
            throw new ConfigurationException(file + ": not YAML: " + sentence(e.getMessage()) + ".");
        }
        if (document == null) {
            throw new ConfigurationException(file + " is empty; write a route into it, or delete it.");
        }
        if (!(document instanceof List<?> entries)) {
            throw new ConfigurationException(
                    file + ":1: this is no list: each entry begins with a dash, such as \"- route:\".");
        }
        return new YamlFile(text, entries);
    }

    private static String sentence(String message) {
        return message.lines().findFirst().orElse("").strip().replaceFirst("[.:]$", "");
    }
}

package no.delingsruter.installation;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.store.Dialect;
import org.apache.camel.spi.PropertiesSource;
import org.jspecify.annotations.Nullable;

/** What {@code statement:<name>} says to a kind of database, under the keys that {@code StatementEndpoint} asks for. */
final class StatementsSource implements PropertiesSource {
    private static final String FOLDER = "statements";

    private final String before;
    private final Properties statements = new Properties();

    /**
     * @param before before their names
     * @param routes where the folder of statements is; without one, those of the jar count, as where an application loads its own
     */
    StatementsSource(String before, @Nullable Path routes, Dialect dialect) {
        this.before = before;
        String name = dialect.text() + ".properties";
        Path file = Path.of(FOLDER, name);
        try (Reader in = routes != null && Files.exists(routes.resolve(file))
                ? Files.newBufferedReader(routes.resolve(file))
                : shipped(name)) {
            statements.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(file + " cannot be read.");
        }
    }

    private static Reader shipped(String name) throws IOException {
        InputStream in = StatementsSource.class.getResourceAsStream("/" + FOLDER + "/" + name);
        if (in == null) {
            throw new IOException(name);
        }
        return new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    @Override
    public String getName() {
        return before + FOLDER;
    }

    @Override
    public @Nullable String getProperty(String key) {
        return key.startsWith(before) ? statements.getProperty(key.substring(before.length())) : null;
    }
}

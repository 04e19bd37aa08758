package no.delingsruter.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.TextFile;
import no.delingsruter.support.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in, by token: a file with a line for each, {@code name roles token}. The token stands there itself or as
 * {@code sha256:} and its SHA-256 in hexadecimal digits. Read again when it has changed.
 */
final class Tokens {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final String HASHED = "sha256:";
    /** What chance makes of so many letters is not guessed. */
    private static final int SHORTEST = 20;

    private final Path file;
    private List<Line> lines;
    private Object read;

    private record Line(Visitor visitor, String hash) {
        boolean is(byte[] other) {
            return MessageDigest.isEqual(HexFormat.of().parseHex(hash), other);
        }
    }

    /** @throws ConfigurationException naming the line that cannot be used, and nothing of it */
    Tokens(Path file) {
        this.file = file;
        try {
            this.read = stamp();
            this.lines = parsed();
        } catch (IOException e) {
            throw new ConfigurationException("management.tokens-file: " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + ").");
        }
    }

    Optional<Visitor> of(String token) {
        byte[] hash = sha256(token);
        Optional<Visitor> found = Optional.empty();
        for (Line line : current()) {
            if (line.is(hash)) {
                found = Optional.of(line.visitor);
            }
        }
        return found;
    }

    private synchronized List<Line> current() {
        Object now = stamp();
        if (now.equals(read)) {
            return lines;
        }
        read = now;
        try {
            lines = parsed();
            LOG.info("management.tokens-file has changed: {} tokens", lines.size());
        } catch (IOException e) {
            LOG.warn(
                    "management.tokens-file cannot be read ({}); the tokens from before count",
                    e.getClass().getSimpleName());
        } catch (ConfigurationException e) {
            LOG.warn("{} The tokens from before count.", e.getMessage());
        }
        return lines;
    }

    /** Other than before whenever the file is, or the reason why it cannot be read. */
    private Object stamp() {
        try {
            return List.of(Files.getLastModifiedTime(file), Files.size(file), Files.isReadable(file));
        } catch (IOException e) {
            return e.getClass();
        }
    }

    private List<Line> parsed() throws IOException {
        List<Line> found = new ArrayList<>();
        int number = 0;
        for (String line : TextFile.read(file).lines().toList()) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                found.add(line(text, number));
            }
        }
        return List.copyOf(found);
    }

    private static Line line(String text, int number) {
        String[] parts = text.split("\\s+", -1);
        try {
            String token = parts[2];
            boolean hashed = token.startsWith(HASHED);
            byte[] hash = hashed
                    ? HexFormat.of().parseHex(token.substring(HASHED.length()).toLowerCase(Locale.ROOT))
                    : sha256(token);
            if (parts.length == 3
                    && parts[0].matches("[\\w.@-]{1,60}")
                    && hash.length == 32
                    && (hashed || token.length() >= SHORTEST)) {
                return new Line(
                        new Visitor(parts[0], Role.of(parts[1])), HexFormat.of().formatHex(hash));
            }
        } catch (RuntimeException e) {
            // Said below; what stands there may be a token
        }
        throw new ConfigurationException("management.tokens-file: line " + number
                + " is not a name, roles (read, operate, reveal; commas between) and a token of at least " + SHORTEST
                + " letters, or sha256: and its hash.");
    }

    private static byte[] sha256(String text) {
        return Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}

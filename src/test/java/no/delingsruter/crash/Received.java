package no.delingsruter.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One delivery as a receiver got it.
 *
 * @param key identifikator/gjelderPeriode
 * @param payload null for none
 */
public record Received(
        String key, long sekvensnummer, int version, String idempotencyKey, String payloadHash, JsonNode payload) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Received of(JsonNode line) {
        return new Received(
                line.get("identifikator").asText() + "/"
                        + line.get("gjelderPeriode").asText(),
                line.get("sekvensnummer").asLong(),
                line.get("version").asInt(),
                line.get("idempotencyKey").asText(),
                line.get("payloadHash").asText(),
                line.get("payload"));
    }

    /** Every whole line of every file of the folder, in order; a last line without its line break does not count. */
    public static List<Received> lines(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Received> result = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String text = Files.readString(file);
                String whole = text.substring(0, text.lastIndexOf('\n') + 1);
                for (String line : whole.isEmpty() ? new String[0] : whole.split("\n")) {
                    result.add(of(JSON.readTree(line)));
                }
            }
            return result;
        } catch (NoSuchFileException e) {
            // Renamed since the folder was listed: it is there by its new name
            return lines(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package no.delingsruter.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import no.delingsruter.support.OwnerOnlyFiles;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;

/**
 * Appends each delivery as one JSON object on a line of its own: the headers and, as {@code payload}, the body (an object
 * for JSON, a string for XML, null for none). A line counts as accepted when it is on disk. A line that a crash or a full disk
 * cut short is removed before the next one is written, so that every line that ends with a line break is whole.
 */
public final class JsonLines {
    /** What routes/delivery.camel.yaml and the result's message add for receivers by HTTP and Kafka alone. */
    private static final Set<String> FOR_OTHERS =
            Set.of(Exchange.HTTP_METHOD, Exchange.CONTENT_TYPE, "Idempotency-Key", "kafka.KEY");

    private final JsonFactory json = new JsonFactory();
    private final Path directory;
    private final Set<PosixFilePermission> permissions;
    private final Set<Path> sound = new HashSet<>();

    /** @param permissions of each new file, whatever the umask is; where the file system knows none, as it comes */
    public JsonLines(Path directory, Set<PosixFilePermission> permissions) {
        this.directory = directory;
        this.permissions = permissions;
    }

    /**
     * @throws IOException when the line cannot be written whole; then nothing of it is left
     * @throws InvalidPayloadException when a step has made an object of the payload, which is no bytes
     */
    public void append(Exchange exchange) throws IOException, InvalidPayloadException {
        Message message = exchange.getMessage();
        byte[] line = line(message);
        append(
                message.getHeader("service", String.class) + "-" + LocalDate.now(ZoneId.systemDefault()) + ".jsonl",
                line);
    }

    private synchronized void append(String name, byte[] line) throws IOException {
        OwnerOnlyFiles.directory(directory);
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            OwnerOnlyFiles.file(file, permissions);
        }
        if (!sound.contains(file)) {
            removeHalfLine(file);
            sound.add(file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long end = channel.size();
            channel.position(end);
            try {
                ByteBuffer bytes = ByteBuffer.wrap(line);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(false);
            } catch (IOException | RuntimeException e) {
                sound.remove(file);
                channel.truncate(end);
                throw e;
            }
        }
    }

    private static void removeHalfLine(Path file) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            long end = access.length();
            byte[] block = new byte[8192];
            while (end > 0) {
                int size = (int) Math.min(block.length, end);
                access.seek(end - size);
                access.readFully(block, 0, size);
                for (int i = size - 1; i >= 0; i--) {
                    if (block[i] == '\n') {
                        access.setLength(end - size + i + 1);
                        return;
                    }
                }
                end -= size;
            }
            access.setLength(0);
        }
    }

    private byte[] line(Message message) throws IOException, InvalidPayloadException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
                if (!FOR_OTHERS.contains(header.getKey())) {
                    write(generator, header.getKey(), header.getValue());
                }
            }
            payload(generator, message.getBody() == null ? null : message.getMandatoryBody(byte[].class));
            generator.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, String name, Object value) throws IOException {
        if (value instanceof Boolean flag) {
            generator.writeBooleanField(name, flag);
        } else if (value instanceof Number number) {
            generator.writeNumberField(name, number.longValue());
        } else if (value instanceof String text) {
            generator.writeStringField(name, text);
        } else if (value == null) {
            generator.writeNullField(name);
        }
    }

    private void payload(JsonGenerator generator, byte[] payload) throws IOException {
        generator.writeFieldName("payload");
        if (payload == null || payload.length == 0) {
            generator.writeNull();
            return;
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        if (isOneDocument(payload)) {
            // Between the tokens of JSON a line break is mere space; inside a string it cannot stand
            generator.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
        } else {
            generator.writeString(text);
        }
    }

    /** Whether it is an object or an array of JSON, whole, and nothing else; a route may deliver what it likes. */
    private boolean isOneDocument(byte[] payload) {
        if (payload[0] != '{' && payload[0] != '[') {
            return false;
        }
        try (JsonParser parser = json.createParser(payload)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.currentToken() != null && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}

package no.delingsruter.delivery;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
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
public final class JsonLines implements ResultFiles {
    private final JsonLine line = new JsonLine();
    private final Path directory;
    private final Set<PosixFilePermission> permissions;
    private final Set<Path> sound = new HashSet<>();

    /** @param permissions of each new file, whatever the umask is; where the file system knows none, as it comes */
    public JsonLines(Path directory, Set<PosixFilePermission> permissions) {
        this.directory = directory;
        this.permissions = permissions;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException when the line cannot be written whole; then nothing of it is left
     * @throws InvalidPayloadException when a step has made an object of the payload, which is no bytes
     */
    @Override
    public void append(Exchange exchange) throws IOException, InvalidPayloadException {
        Message message = exchange.getMessage();
        append(
                message.getHeader("service", String.class) + "-" + LocalDate.now(ZoneId.systemDefault()) + ".jsonl",
                line.of(message));
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
            write(channel, line);
        } catch (IOException | RuntimeException e) {
            sound.remove(file);
            throw e;
        }
    }

    /** Brings a line to disk, at the end of a file; nothing of it is left when that fails. */
    static void write(FileChannel channel, byte[] line) throws IOException {
        long end = channel.size();
        channel.position(end);
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException | RuntimeException e) {
            channel.truncate(end);
            throw e;
        }
    }

    /** What a crash or a full disk has cut short. */
    static void removeHalfLine(Path file) throws IOException {
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
}

package no.delingsruter.delivery;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import no.delingsruter.support.OwnerOnlyFiles;
import no.delingsruter.support.Sha256;

/**
 * A file that lines are being added to, under a name that ends in {@code .part}. When it is finished it gets its own name, in one step,
 * and is never touched again. That name holds a digest of the contents: the same contents have the same name, others another.
 */
final class RollingFile {
    static final String PART = ".part";
    static final String LINES = ".jsonl";
    private static final String SUM = ".sha256";
    private static final int DIGITS = 12;

    private final Path part;
    private final FileChannel channel;
    private final Set<PosixFilePermission> permissions;

    private RollingFile(Path part, FileChannel channel, Set<PosixFilePermission> permissions) {
        this.part = part;
        this.channel = channel;
        this.permissions = permissions;
    }

    /** @param name without any ending */
    static RollingFile begin(Path directory, String name, Set<PosixFilePermission> permissions) throws IOException {
        Path part = directory.resolve(name + LINES + PART);
        OwnerOnlyFiles.file(part, permissions);
        return locked(part, permissions).orElseThrow(() -> new IOException("another process writes " + part));
    }

    /** One that a process which has ended has left; empty when another process writes it. */
    static Optional<RollingFile> left(Path part, Set<PosixFilePermission> permissions) throws IOException {
        Optional<RollingFile> found = locked(part, permissions);
        if (found.isPresent()) {
            JsonLines.removeHalfLine(part);
        }
        return found;
    }

    @SuppressWarnings("resource") // held until the file is finished
    private static Optional<RollingFile> locked(Path part, Set<PosixFilePermission> permissions) throws IOException {
        FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new RollingFile(part, channel, permissions));
    }

    long size() throws IOException {
        return channel.size();
    }

    void append(byte[] line) throws IOException {
        JsonLines.write(channel, line);
    }

    /** @param sum whether a file beside it is to hold its digest, as {@code sha256sum -c} reads it */
    void finish(boolean sum) throws IOException {
        if (channel.size() == 0) {
            Files.delete(part);
            channel.close();
            return;
        }
        String digest = digest(part);
        String begun = part.getFileName().toString().replace(LINES + PART, "");
        Path target = part.resolveSibling(begun + "-" + digest.substring(0, DIGITS) + LINES);
        if (sum) {
            // Before the file itself: whoever sees that finds this
            Path beside = target.resolveSibling(target.getFileName() + SUM);
            Path written = beside.resolveSibling(beside.getFileName() + PART);
            Files.deleteIfExists(written);
            OwnerOnlyFiles.file(written, permissions);
            Files.write(written, (digest + "  " + target.getFileName() + "\n").getBytes(StandardCharsets.US_ASCII));
            Files.move(written, beside, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        channel.close();
    }

    private static String digest(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), Sha256.digest())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }
}

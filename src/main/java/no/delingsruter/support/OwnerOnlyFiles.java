package no.delingsruter.support;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files and folders that nobody but their owner may read; where the file system knows no owners, as it comes. */
public final class OwnerOnlyFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnlyFiles.class);

    private OwnerOnlyFiles() {}

    /** Makes the folder; one that is there stays as it is, for it may be shared. */
    public static void directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(DIRECTORY));
        }
    }

    /** Makes the folder, or takes everybody else's rights to it. */
    public static void ownDirectory(Path directory) throws IOException {
        directory(directory);
        if (POSIX) {
            try {
                Files.setPosixFilePermissions(directory, DIRECTORY);
            } catch (FileSystemException e) {
                if (!Files.isWritable(directory)) {
                    throw e;
                }
                LOG.warn("{} belongs to another user, and others than this one may be able to read it", directory);
            }
        }
    }

    /** Makes the file, empty, or takes everybody else's rights to it; where only its owner could, it is used as it is, which is said. */
    public static void file(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, attributes(FILE));
        } else if (POSIX) {
            try {
                Files.setPosixFilePermissions(file, FILE);
            } catch (FileSystemException e) {
                if (!Files.isReadable(file) || !Files.isWritable(file)) {
                    throw e;
                }
                LOG.warn("{} belongs to another user, and others than this one may be able to read it", file);
            }
        }
    }

    /** Makes the file, empty, with the rights that are asked for. */
    public static void file(Path file, Set<PosixFilePermission> permissions) throws IOException {
        file(file);
        if (POSIX && !permissions.equals(FILE)) {
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    /** What is to be done about a file or folder of another user that this one may not use; empty when it is not that. */
    public static Optional<String> foreign(Path path) {
        try {
            return !Files.exists(path) || (Files.isReadable(path) && Files.isWritable(path))
                    ? Optional.empty()
                    : Optional.of(
                            "belongs to the user " + Files.getOwner(path)
                                    + ", and this one may not read and write it; give it to this one (chown), or let a group of both read and write it");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}

package no.delingsruter.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be told of a folder before it is used. */
public final class Folders {
    private Folders() {}

    /** The nearest folder above a path that is there. */
    public static Path above(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        while (folder != null && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        return folder == null ? path.toAbsolutePath().getRoot() : folder;
    }

    /** Whether a file can be made there, by making one and taking it away: rights alone do not tell. */
    public static boolean take(Path folder) {
        try {
            Files.delete(Files.createTempFile(folder, ".delingsruter", ".check"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

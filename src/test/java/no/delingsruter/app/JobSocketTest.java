package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSocketTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("A store to which no relative path leads (another drive of Windows) is addressed by its absolute one")
    void anotherDrive() throws Exception {
        try (FileSystem other = FileSystems.newFileSystem(directory.resolve("d.zip"), Map.of("create", "true"))) {
            Path absolute = other.getPath("/data/store.operator/socket");
            assertEquals(absolute, JobSocket.shorter(directory, absolute));
        }
        assertEquals(Path.of("a/socket"), JobSocket.shorter(directory, directory.resolve("a/socket")));
    }
}

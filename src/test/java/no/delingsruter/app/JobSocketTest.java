package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
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

    @Test
    @DisplayName("I16, null control: an operator's command stands still at a latch that no code knows of, and is found")
    void latchedCommand() {
        Alerts alerts = new Alerts();
        LatchedActivity latch = new LatchedActivity();
        OperatorAccess access = (arguments, input, work, out) -> {
            latch.stand();
            return 0;
        };
        JobSocket job = JobSocket.open(directory.resolve("operator"), new JobCommands(access), alerts)
                .orElseThrow();
        try {
            latch.isFound(
                    alerts,
                    "Operator's commands",
                    () -> JobSocket.send(
                            directory.resolve("operator"),
                            List.of("parked", "list"),
                            null,
                            new PrintWriter(Writer.nullWriter())));
        } finally {
            job.close();
        }
    }
}

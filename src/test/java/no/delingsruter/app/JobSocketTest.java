package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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

    @Test
    @DisplayName("A command that waits keeps no other from being answered")
    void besideOneThatWaits() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        OperatorAccess access = (arguments, input, work, out) -> {
            if (arguments.contains("--discarded")) {
                waits.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return 0;
        };
        Path folder = directory.resolve("operator");
        JobSocket job =
                JobSocket.open(folder, new JobCommands(access), new Alerts()).orElseThrow();
        // The common pool has one thread on two cores, since JDK 25
        Executor own = work -> new Thread(work).start();
        try {
            CompletableFuture<Optional<Integer>> first =
                    CompletableFuture.supplyAsync(() -> send(folder, "parked", "list", "--discarded"), own);
            assertTrue(waits.await(10, TimeUnit.SECONDS));
            assertEquals(
                    Optional.of(0),
                    CompletableFuture.supplyAsync(() -> send(folder, "parked", "list"), own)
                            .get(10, TimeUnit.SECONDS));
            assertFalse(first.isDone());
            end.countDown();
            assertEquals(Optional.of(0), first.get(10, TimeUnit.SECONDS));
        } finally {
            end.countDown();
            job.close();
        }
    }

    private static Optional<Integer> send(Path folder, String... arguments) {
        try {
            return JobSocket.send(folder, List.of(arguments), null, new PrintWriter(Writer.nullWriter()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

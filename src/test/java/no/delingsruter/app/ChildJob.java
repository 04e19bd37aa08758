package no.delingsruter.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The product in a JVM of its own. */
public final class ChildJob implements AutoCloseable {
    private final Process process;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader = new Thread(this::read, "child");

    ChildJob(TestBed bed, String... arguments) {
        this("-XX:+UseSerialGC", bed, ChildPath.product(), arguments);
    }

    ChildJob(String option, TestBed bed, ChildPath path, String... arguments) {
        List<String> options = new ArrayList<>(
                List.of(option, "-Ddelingsruter.config=" + bed.config(), "-Ddelingsruter.routes=" + bed.routes()));
        process = start(new ProcessBuilder(path.command(options, arguments))
                .directory(bed.directory().toFile()));
        reader.start();
    }

    /** The product as it is handed out, by a command of its own. */
    ChildJob(ProcessBuilder command) {
        process = start(command);
        reader.start();
    }

    private static Process start(ProcessBuilder command) {
        try {
            return command.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // killed in the middle of a line
        }
    }

    /** All it has printed so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** SIGTERM. */
    public ChildJob terminate() {
        // Not by Process: that would close what the child says while it stops
        process.toHandle().destroy();
        return this;
    }

    /** SIGKILL. */
    public ChildJob kill() {
        process.destroyForcibly();
        return this;
    }

    long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Waits for its end.
     *
     * @return exit code
     */
    public int exitCode() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The child goes on and on:\n" + output());
            }
            reader.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitCode();
    }
}

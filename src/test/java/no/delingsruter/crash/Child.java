package no.delingsruter.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import no.delingsruter.app.ChildPath;
import no.delingsruter.crash.victim.CrashPoint;

/** The product in a process of its own. */
final class Child {
    private static final String VICTIM = CrashPoint.class.getPackageName();
    private static final int KEPT_LINES = 200;

    private final Process process;
    private final CompletableFuture<String> reached = new CompletableFuture<>();
    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;

    private Child(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "child-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param command as for ProcessBuilder
     * @param directory where it runs
     */
    static Child start(List<String> command, Path directory) throws IOException {
        return new Child(new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start());
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(CrashPoint.REACHED)) {
                    reached.complete(line.substring(CrashPoint.REACHED.length()));
                }
                synchronized (lines) {
                    if (lines.size() == KEPT_LINES) {
                        lines.removeFirst();
                    }
                    lines.addLast(line);
                }
            }
        } catch (IOException e) {
            // killed in the middle of a line
        }
    }

    /**
     * The product, with crash points in its drivers.
     *
     * @param properties system properties
     */
    static List<String> command(List<String> properties) throws IOException {
        List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        properties.forEach(property -> options.add("-D" + property));
        return ChildPath.product()
                .with(VICTIM.replace('.', '/'), Driver.class.getName(), VICTIM + ".CrashDriver")
                .command(options);
    }

    /** Whether it stands at its crash point. */
    boolean reached() {
        return reached.isDone();
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        ended(Duration.ofSeconds(30));
    }

    /**
     * SIGTERM.
     *
     * @return exit code
     */
    int stop(Duration atMost) throws InterruptedException {
        process.destroy();
        return ended(atMost);
    }

    private int ended(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The child did not end within " + atMost + ":\n" + log());
        }
        reader.join(5_000);
        return process.exitValue();
    }

    /** The last lines it has said. */
    String log() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java program in a process of its own; its output goes to a file. */
final class Program implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final long began = System.nanoTime();

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** How the program is started. */
    interface Way {
        Program start(Path log, List<String> options) throws IOException;
    }

    /** Runs the packaged program by its start script. */
    static Program script(Path log, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("bin/delingsruter"));
        command.addAll(options);
        return run(log, command);
    }

    /** Runs the packaged program, as a user does. */
    static Program packaged(Path log, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.add("-jar");
        command.add("target/delingsruter.jar");
        command.addAll(List.of(arguments));
        return start(log, command);
    }

    /** Runs a class of the benchmark. */
    static Program peer(Path log, Class<?> main, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", "target/benchmark/classes:target/delingsruter.jar", main.getName()));
        return start(log, command);
    }

    private static Program start(Path log, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(List.of(java("java")));
        all.addAll(command);
        return run(log, all);
    }

    private static Program run(Path log, List<String> command) throws IOException {
        Files.createDirectories(log.getParent());
        return new Program(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** A tool of the JDK that runs the benchmark. */
    static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    long pid() {
        return process.pid();
    }

    /** System.nanoTime when it was started. */
    long began() {
        return began;
    }

    Path log() {
        return log;
    }

    /** Ends it at once, for what need not end in order. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** CPU time used so far, all threads. */
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** @throws IllegalStateException with the end of its output when it has ended */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            String output = Files.readString(log);
            throw new IllegalStateException(
                    "ended with " + process.exitValue() + ": " + output.substring(Math.max(0, output.length() - 500)));
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

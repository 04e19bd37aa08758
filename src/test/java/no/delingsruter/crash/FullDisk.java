package no.delingsruter.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk of its own (tmpfs), which can be filled and freed; needs the right to mount one. */
final class FullDisk implements AutoCloseable {
    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /** Skips the test, saying why, where nothing can be mounted. */
    static FullDisk mount(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none", folder.toString()),
                "skipped: no file system can be mounted here (that needs root), so there is no disk to fill");
        return new FullDisk(folder);
    }

    void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(folder.resolve("filling"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (folder.toFile().getUsableSpace() > 0) {
                throw e;
            }
        }
    }

    void free() throws IOException {
        Files.delete(folder.resolve("filling"));
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What all figures share. */
record Lab(SimulatorProcess simulator, Path directory, Sizes sizes, Report report) {
    private static int folders;

    /** An empty folder for one run. */
    Path folder() throws IOException {
        return Files.createDirectories(directory.resolve("run-" + ++folders));
    }
}

package no.delingsruter.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An installation as it is handed out: {@code bin}, the jar that the build has made, and its {@code lib}, in a folder of its own. */
final class HandedOut {
    private static final Path BUILT = Path.of("target").toAbsolutePath();

    private final Path folder;

    /** @param folder is made */
    HandedOut(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("lib"));
        copy(Path.of("bin", "delingsruter"), folder.resolve("bin"));
        copy(BUILT.resolve("delingsruter.jar"), folder);
        try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                link(jar, folder.resolve("lib").resolve(jar.getFileName()));
            }
        }
    }

    Path script() {
        return folder.resolve("bin").resolve("delingsruter");
    }

    Path jar() {
        return folder.resolve("delingsruter.jar");
    }

    /**
     * Puts a jar that Maven has on the class path of the tests, and that the program does not bring, into a folder.
     *
     * @param artifact such as camel-mock
     */
    static void put(String artifact, Path into) throws IOException {
        Path jar = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(file -> file.getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
                .findFirst()
                .orElseThrow();
        if (Files.exists(BUILT.resolve("lib").resolve(jar.getFileName()))) {
            throw new IllegalStateException(jar + " is in lib anyway");
        }
        Files.createDirectories(into);
        copy(jar, into);
    }

    /** A process without a home, in the locale C, with nothing of this one's environment but the way to Java. */
    static ProcessBuilder bare(Path in, List<String> command) {
        ProcessBuilder result = new ProcessBuilder(new ArrayList<>(command)).directory(in.toFile());
        Map<String, String> environment = result.environment();
        String path = environment.get("PATH");
        environment.clear();
        environment.put("PATH", path);
        environment.put("LANG", "C");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m");
        return result;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Another user may be barred from the way to the build, so not by a symbolic link. */
    private static void link(Path jar, Path as) throws IOException {
        try {
            Files.createLink(as, jar);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(jar, as);
        }
    }

    private static void copy(Path file, Path into) throws IOException {
        Files.copy(
                file,
                into.resolve(file.getFileName().toString()),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
    }
}

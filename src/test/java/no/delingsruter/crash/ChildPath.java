package no.delingsruter.crash;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import no.delingsruter.support.Sha256;

/**
 * How a child is started: the product's classes and the crash points' as jars, because only then the JVM can share loaded classes
 * between starts, and a start takes a third of the time. The archive is written by the first child and kept until classes change.
 */
final class ChildPath {
    private static final String VICTIM = "no/delingsruter/crash/victim/";
    private final String classPath;
    private final Path archive;

    private ChildPath(String classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** @param directory for the jars */
    static ChildPath make(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path product = Path.of("target/classes").toAbsolutePath();
        Path tests = Path.of("target/test-classes").toAbsolutePath();
        List<String> dependencies = Stream.of(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .toList();
        SortedMap<String, byte[]> victim = files(tests, VICTIM);
        victim.put(
                "META-INF/services/java.sql.Driver",
                "no.delingsruter.crash.victim.CrashDriver".getBytes(StandardCharsets.UTF_8));
        Path crash = jar(directory, "crash", victim);
        Path app = jar(directory, "app", files(product, ""));
        List<String> entries = new ArrayList<>(List.of(crash.toString(), app.toString()));
        entries.addAll(dependencies);
        String classPath = String.join(File.pathSeparator, entries);
        return new ChildPath(
                classPath,
                directory
                        .toAbsolutePath()
                        .resolve("classes-" + hash(classPath.getBytes(StandardCharsets.UTF_8)) + ".jsa"));
    }

    boolean archived() {
        return Files.exists(archive);
    }

    /**
     * @param properties system properties of the child
     * @param write whether this child writes the archive when it ends
     */
    List<String> command(List<String> properties, boolean write) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xlog:disable"));
        if (write) {
            command.add("-XX:ArchiveClassesAtExit=" + archive);
        } else if (archived()) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        properties.forEach(property -> command.add("-D" + property));
        command.addAll(List.of("-cp", classPath, "no.delingsruter.app.Delingsruter"));
        return command;
    }

    private static SortedMap<String, byte[]> files(Path root, String prefix) throws IOException {
        try (Stream<Path> all = Files.walk(root.resolve(prefix))) {
            SortedMap<String, byte[]> files = new TreeMap<>();
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString().replace(File.separatorChar, '/'), Files.readAllBytes(file));
            }
            return files;
        }
    }

    private static Path jar(Path directory, String name, SortedMap<String, byte[]> files) throws IOException {
        Path jar = directory
                .toAbsolutePath()
                .resolve(name + "-"
                        + hash(files.entrySet().stream()
                                .map(file -> file.getKey() + hash(file.getValue()))
                                .collect(Collectors.joining())
                                .getBytes(StandardCharsets.UTF_8))
                        + ".jar");
        if (!Files.exists(jar)) {
            Path half = Files.createTempFile(jar.getParent(), name, ".half");
            try (OutputStream out = Files.newOutputStream(half);
                    JarOutputStream zip = new JarOutputStream(out)) {
                Set<String> folders = new HashSet<>();
                for (var file : files.entrySet()) {
                    // Flyway finds a folder of migrations by its entry
                    for (int slash = file.getKey().indexOf('/');
                            slash > 0;
                            slash = file.getKey().indexOf('/', slash + 1)) {
                        if (folders.add(file.getKey().substring(0, slash + 1))) {
                            zip.putNextEntry(new ZipEntry(file.getKey().substring(0, slash + 1)));
                            zip.closeEntry();
                        }
                    }
                    zip.putNextEntry(new ZipEntry(file.getKey()));
                    zip.write(file.getValue());
                    zip.closeEntry();
                }
            }
            // Another JVM of the same run may have been quicker
            Files.move(half, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        return jar;
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes), 0, 6);
    }
}

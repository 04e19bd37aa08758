package no.delingsruter.app;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
 * How a child is started: the product's classes as a jar, because only then the JVM can share loaded classes between starts, and a
 * start takes two thirds of the processor's time. The archive of classes is made once and kept until classes change.
 */
public final class ChildPath {
    private static final Path FOLDER = Path.of("target/children").toAbsolutePath();
    /** The archive takes as long as five starts: too long for a run of single tests. */
    private static final boolean WHOLE_RUN = System.getProperty("test", "").isEmpty();

    private static final ChildPath PRODUCT = ofProduct();
    private static boolean tried;

    private final String classPath;
    private final Path archive;

    private ChildPath(String classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** The product and what it and the tests bring, without the tests. */
    public static ChildPath product() {
        return PRODUCT;
    }

    private static ChildPath ofProduct() {
        try {
            List<String> entries = new ArrayList<>();
            entries.add(jar("app", files(Path.of("target/classes").toAbsolutePath(), ""))
                    .toString());
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.endsWith(".jar"))
                    .forEach(entries::add);
            String classPath = String.join(File.pathSeparator, entries);
            return new ChildPath(
                    classPath, FOLDER.resolve("classes-" + hash(classPath.getBytes(StandardCharsets.UTF_8)) + ".jsa"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * With test classes in a jar of their own, behind all others: the archive stays good.
     *
     * @param prefix of their files
     * @param service the interface of one of them that is found as a service, and its class
     */
    public ChildPath with(String prefix, String service, String implementation) throws IOException {
        SortedMap<String, byte[]> tests = testClasses(prefix);
        tests.put("META-INF/services/" + service, implementation.getBytes(StandardCharsets.UTF_8));
        return with("tests", tests);
    }

    /** With all test classes. */
    public ChildPath withTests() throws IOException {
        return with("all-tests", testClasses(""));
    }

    private ChildPath with(String name, SortedMap<String, byte[]> tests) throws IOException {
        return new ChildPath(classPath + File.pathSeparator + jar(name, tests), archive);
    }

    private static SortedMap<String, byte[]> testClasses(String prefix) throws IOException {
        return files(Path.of("target/test-classes").toAbsolutePath(), prefix);
    }

    /** Without the jars whose names begin so, and so without the archive. */
    ChildPath without(String... jars) {
        return new ChildPath(
                Stream.of(classPath.split(File.pathSeparator))
                        .filter(entry -> Stream.of(jars)
                                .noneMatch(jar ->
                                        Path.of(entry).getFileName().toString().startsWith(jar)))
                        .collect(Collectors.joining(File.pathSeparator)),
                null);
    }

    /**
     * @param options of the JVM
     * @param arguments of the program
     */
    public List<String> command(List<String> options, String... arguments) {
        return commandOf(Delingsruter.class.getName(), options, arguments);
    }

    /** @param main another class than the program's */
    public List<String> commandOf(String main, List<String> options, String... arguments) {
        return command(
                archive != null && (WHOLE_RUN ? archived() : Files.exists(archive))
                        ? "-XX:SharedArchiveFile=" + archive
                        : "-Xshare:auto",
                main,
                options,
                arguments);
    }

    private List<String> command(String sharing, String main, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                // An archive that this JVM cannot take is not worth a line between those of the program
                "-Xlog:disable",
                sharing));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Makes the archive, unless it is there: by a demo that is stopped as a supervisor would.
     *
     * @return whether it is there
     */
    public static synchronized boolean archived() {
        if (!tried) {
            tried = true;
            try (FileChannel lock =
                    FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Other JVMs of this run wait, and find it
                lock.lock();
                if (!Files.exists(PRODUCT.archive)) {
                    archive(Files.createTempDirectory(FOLDER, "demo"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Files.exists(PRODUCT.archive);
    }

    private static void archive(Path directory) throws IOException {
        Path half = directory.resolve("classes.jsa");
        List<String> options = List.of(
                "-XX:+UseSerialGC",
                "-Ddelingsruter.config=" + Path.of("config").toAbsolutePath(),
                "-Ddelingsruter.routes=" + Path.of("routes").toAbsolutePath(),
                "-Dprogress.interval=500ms");
        Process demo = new ProcessBuilder(PRODUCT.command(
                        "-XX:ArchiveClassesAtExit=" + half, Delingsruter.class.getName(), options, "demo"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try (var out = demo.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches(".* [1-9]\\d* delivered.*")) {
                    // Not by Process, which would close what it says while it stops
                    demo.toHandle().destroy();
                }
            }
            demo.onExit().join();
        } finally {
            demo.destroyForcibly();
        }
        if (Files.exists(half)) {
            Files.move(half, PRODUCT.archive, StandardCopyOption.ATOMIC_MOVE);
        }
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

    private static Path jar(String name, SortedMap<String, byte[]> files) throws IOException {
        Path jar = Files.createDirectories(FOLDER)
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

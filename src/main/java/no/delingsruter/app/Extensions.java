package no.delingsruter.app;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Jars of the user's own, from {@code ext/} in the current folder or from {@code -Ddelingsruter.ext=DIR}: drivers, Camel components.
 * {@code java -jar} calls {@link #agentmain} before main ({@code Launcher-Agent-Class} in the manifest), so that they come to stand on
 * the very class path that Camel, {@link java.sql.DriverManager} and the log look through; behind the program's own.
 */
public final class Extensions {
    private static final String FOLDER = "delingsruter.ext";
    private static final List<Path> TAKEN = new ArrayList<>();
    private static final Map<Path, String> BROKEN = new LinkedHashMap<>();

    private Extensions() {}

    /** @param arguments none */
    public static void agentmain(@Nullable String arguments, Instrumentation jvm) {
        for (Path jar : jars()) {
            try (JarFile file = new JarFile(jar.toFile())) {
                jvm.appendToSystemClassLoaderSearch(file);
                TAKEN.add(jar);
            } catch (IOException e) {
                // The log is not there yet
                BROKEN.put(jar, Files.isReadable(jar) ? "is no whole jar" : "cannot be read by this user");
            }
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty(FOLDER, "ext"));
    }

    private static List<Path> jars() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            BROKEN.put(folder(), "cannot be listed by this user");
            return List.of();
        }
    }

    /** @throws ConfigurationException for a folder that is named and not there, and for a jar that cannot be read */
    static void check() {
        if (System.getProperty(FOLDER) != null && !Files.isDirectory(folder())) {
            throw new ConfigurationException(FOLDER + ": there is no folder " + folder() + ".");
        }
        if (!BROKEN.isEmpty()) {
            throw new ConfigurationException(BROKEN.entrySet().stream()
                    .map(one -> one.getKey() + " " + one.getValue() + "; replace it or take it away.")
                    .collect(Collectors.joining(System.lineSeparator())));
        }
    }

    /** Says what is used, and what is not. */
    static void say(Logger log) {
        List<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .toList();
        Map<Boolean, List<Path>> jars = jars().stream()
                .collect(Collectors.partitioningBy(jar -> TAKEN.contains(jar)
                        || classPath.contains(jar.toAbsolutePath().normalize())));
        if (!jars.get(true).isEmpty()) {
            log.info("From {}: {}", folder(), names(jars.get(true)));
        }
        if (!jars.get(false).isEmpty()) {
            log.warn(
                    "Not read from {}, for this program was started by a class path: {}; start it with bin/delingsruter or java -jar",
                    folder(),
                    names(jars.get(false)));
        }
    }

    private static String names(List<Path> jars) {
        return jars.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.joining(", "));
    }
}

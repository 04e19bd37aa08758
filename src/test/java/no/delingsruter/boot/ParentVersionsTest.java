package no.delingsruter.boot;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import no.delingsruter.simulator.junit.SimulatedSkatteetaten;
import no.delingsruter.simulator.junit.SkatteetatenSimulator;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@SkatteetatenSimulator
@DisplayName("An application whose libraries are of the versions that Spring Boot's own parent chooses")
class ParentVersionsTest {
    private static final int EVENTS = 40;
    private static final Path CHOSEN = Path.of("target", "parent-versions").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I2: ... an older connection pool among them, follows the list to its end, and stays up without a web server")
    void follows(SimulatedSkatteetaten skatteetaten) throws Exception {
        skatteetaten.list("inntekt").generate(EVENTS, EVENTS, 1, 0);
        String url = TestDatabase.POSTGRESQL.url(directory);
        Path said = directory.resolve("said.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                SpringBootTest.App.class.getName()));
        command.addAll(List.of(SpringBootTest.arguments(skatteetaten, url, Map.of())));
        Process application = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            JdbcTemplate store =
                    new JdbcTemplate(new DriverManagerDataSource(url, TestDatabase.POSTGRESQL.user(), "postgres"));
            await().atMost(Duration.ofMinutes(4)).until(() -> !application.isAlive() || written(store) == EVENTS - 1);
            assertTrue(application.isAlive(), () -> text(said));
            assertEquals(EVENTS, skatteetaten.keys());
        } finally {
            application.toHandle().destroy();
            application.waitFor();
        }
    }

    private static String classPath() throws IOException {
        TreeSet<String> unused = new TreeSet<>();
        try (Stream<Path> jars = Files.list(CHOSEN)) {
            jars.forEach(jar -> unused.add(jar.getFileName().toString()));
        }
        List<String> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> chosen(entry, unused))
                .toList();
        assertEquals(List.of(), List.copyOf(unused), "not on the class path");
        return String.join(File.pathSeparator, entries);
    }

    private static String chosen(String entry, Set<String> unused) {
        String name = Path.of(entry).getFileName().toString().replaceFirst("-\\d.*$", ".jar");
        return unused.remove(name) ? CHOSEN.resolve(name).toString() : entry;
    }

    private static int written(JdbcTemplate store) {
        return store.queryForObject("select to_regclass('mine') is not null", Boolean.class)
                ? store.queryForObject("select count(*) from mine", Integer.class)
                : 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

package no.delingsruter.delivery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Files that are finished when they are large or old enough")
class RolledFilesTest {
    @TempDir
    Path directory;

    private RolledFiles files(String size, String every, String checksum) {
        RolledFiles files = new RolledFiles();
        files.setDirectory(directory.toString());
        files.setRollSize(size);
        files.setRollEvery(every);
        files.setChecksum(checksum);
        return files;
    }

    private static Exchange result(int number) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("service", "inntekt");
        exchange.getMessage().setHeader("sekvensnummer", number);
        exchange.getMessage().setBody("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        return exchange;
    }

    private List<Path> named(String ending) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    @DisplayName("By size: each has its own name by its contents, an intact digest, and no file grows beyond the size")
    void bySize() throws Exception {
        try (RolledFiles files = files("200B", "1h", "sha256")) {
            for (int i = 0; i < 20; i++) {
                files.append(result(i));
            }
            assertEquals(1, named(".part").size());
        }
        assertEquals(0, named(".part").size(), "an orderly stop finishes them");
        List<Path> finished = named(".jsonl");
        assertTrue(finished.size() >= 4, finished::toString);
        int lines = 0;
        for (Path file : finished) {
            assertTrue(Files.size(file) <= 200);
            lines += Files.readAllLines(file).size();
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
            String name = file.getFileName().toString();
            assertTrue(name.matches("inntekt-\\d{8}T\\d{6}Z-" + digest.substring(0, 12) + "\\.jsonl"), name);
            assertEquals(digest + "  " + name + "\n", Files.readString(file.resolveSibling(name + ".sha256")));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertEquals(20, lines);
    }

    @Test
    @DisplayName("By age: a file is finished though nothing comes any more, and is not touched again")
    void byAge() throws Exception {
        try (RolledFiles files = files("", "1", "none")) {
            files.append(result(1));
            await().atMost(Duration.ofSeconds(20)).until(() -> named(".jsonl").size() == 1);
            byte[] before = Files.readAllBytes(named(".jsonl").get(0));
            files.append(result(2));
            assertEquals(1, named(".part").size());
            assertEquals(
                    new String(before, StandardCharsets.UTF_8),
                    Files.readString(named(".jsonl").get(0)));
        }
    }

    @Test
    @DisplayName(
            "I2: what a killed process has left is finished at the next start, without its half line; another's is left alone")
    void left() throws Exception {
        Path part = directory.resolve("inntekt-20260101T000000Z.jsonl.part");
        Files.writeString(part, "{\"a\":1}\n{\"a\":2}\n{\"a\":");
        try (RolledFiles other = files("", "1h", "none");
                RolledFiles files = files("", "1h", "none")) {
            files.start();
            assertEquals(
                    List.of("{\"a\":1}", "{\"a\":2}"),
                    Files.readAllLines(named(".jsonl").get(0)));
            assertTrue(named(".jsonl").get(0).getFileName().toString().startsWith("inntekt-20260101T000000Z-"));
            files.append(result(1));
            assertEquals(1, named(".part").size());
            other.start();
            assertEquals(1, named(".part").size(), "it is being written");
            assertEquals(1, named(".jsonl").size());
        }
    }

    @Test
    @DisplayName("A size that is none is said with its key")
    void badSize() {
        String said = assertThrows(ConfigurationException.class, () -> files("many", "", "none"))
                .getMessage();
        assertTrue(said.startsWith("file.roll-size: 'many' is no size"), said);
    }
}

package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Drivers and Camel components of the user's own, in ext/, with the program as it is handed out")
class ExtensionsTest {
    private static final int LOOKUPS = 10;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "bin/delingsruter, in a folder with blanks, plus and comma, by a link, without a home, under LANG=C: both take part; SIGTERM ends it with 0")
    void theScript() throws IOException, SQLException {
        Path folder = Files.createDirectories(directory.resolve("a b+c,d"));
        Files.createSymbolicLink(directory.resolve("start"), new HandedOut(folder.resolve("program")).script());
        try (TestBed bed = new TestBed(Files.createDirectories(folder.resolve("job")))) {
            String url = "jdbc:hsqldb:file:" + bed.directory().resolve("own") + ";hsqldb.write_delay=false";
            try (Connection database = DriverManager.getConnection(url + ";shutdown=true", "SA", "")) {
                database.createStatement().execute("create table received (key_hash varchar(100) primary key)");
            }
            Files.writeString(bed.routes().resolve("own.camel.yaml"), """
                    - beans:
                        - name: own
                          type: com.zaxxer.hikari.HikariDataSource
                          properties: {jdbcUrl: "%s", username: SA}
                    - route:
                        id: own
                        from:
                          uri: direct:own
                          steps:
                            - setBody:
                                expression:
                                  constant: {expression: "insert into received values (:?keyHash)"}
                            - to:
                                uri: jdbc:own
                                parameters: {useHeadersAsParameters: true}
                    """.formatted(url));
            bed.set("delivery.endpoints", "direct:own,mock:received");
            HandedOut.put("hsqldb", bed.directory().resolve("ext"));
            HandedOut.put("camel-mock", bed.directory().resolve("ext"));
            runs(bed, List.of(directory.resolve("start").toString(), "-Dprogress.interval=1s"));
            try (Connection database = DriverManager.getConnection(url + ";shutdown=true", "SA", "");
                    ResultSet rows = database.createStatement().executeQuery("select count(*) from received")) {
                rows.next();
                assertEquals(LOOKUPS, rows.getInt(1));
            }
        }
    }

    @Test
    @DisplayName("java -jar: the same folder")
    void theJar() throws IOException {
        HandedOut program = new HandedOut(directory.resolve("program"));
        try (TestBed bed = new TestBed(Files.createDirectories(directory.resolve("job")))) {
            bed.set("delivery.endpoints", "mock:received");
            HandedOut.put("camel-mock", bed.directory().resolve("ext"));
            HandedOut.put("hsqldb", bed.directory().resolve("ext"));
            runs(
                    bed,
                    List.of(
                            HandedOut.java(),
                            "-Dprogress.interval=1s",
                            "-jar",
                            program.jar().toString()));
        }
    }

    private static void runs(TestBed bed, List<String> command) {
        bed.simulator().list("inntekt").generate(LOOKUPS, LOOKUPS, 3, 0);
        bed.writeSettings();
        try (ChildJob job = new ChildJob(HandedOut.bare(bed.directory(), command))) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !job.alive() || job.output().contains(" 0 pending, " + LOOKUPS + " delivered"));
            assertTrue(job.alive(), job.output());
            assertTrue(
                    job.output().matches("(?s).*From ext: camel-mock-[\\d.]+jar, hsqldb-[\\d.]+jar\\R.*"),
                    job.output());
            assertFalse(job.output().contains("Not read from"), job.output());
            assertEquals(0, job.terminate().exitCode(), job.output());
        }
    }

    @Test
    @DisplayName(
            "A jar that is none is refused by name, and so is a folder that is named and not there; by a class path, what is not read is said")
    void mistakes() throws IOException {
        HandedOut program = new HandedOut(directory.resolve("program"));
        Path ext = Files.createDirectories(directory.resolve("ext"));
        Files.writeString(ext.resolve("ojdbc11.jar"), "<html>Please log in</html>");
        List<String> jar = List.of(HandedOut.java(), "-jar", program.jar().toString());
        assertRefused(jar, "Not started: ext/ojdbc11.jar is no whole jar; replace it or take it away.");
        assertRefused(
                List.of(
                        HandedOut.java(),
                        "-Ddelingsruter.ext=drivers",
                        "-jar",
                        program.jar().toString()),
                "Not started: delingsruter.ext: there is no folder drivers.");
        assertRefused(
                List.of(HandedOut.java(), "-cp", program.jar().toString(), Delingsruter.class.getName()),
                "Not read from ext, for this program was started by a class path: ojdbc11.jar; start it with bin/delingsruter or java -jar");
    }

    private void assertRefused(List<String> command, String line) {
        try (ChildJob job = new ChildJob(HandedOut.bare(directory, command))) {
            assertEquals(2, job.exitCode(), job.output());
            assertTrue(job.output().contains(line), job.output());
        }
    }
}

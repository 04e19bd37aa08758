package no.delingsruter.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import no.delingsruter.operations.RecordedLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Isolated("its log is all that happens meanwhile")
class MaskingTest {
    private static final String PERSON = "01810012345";
    private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzY29wZSI6InNrYXR0ZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

    @TempDir
    Path directory;

    @Test
    @DisplayName("I8: a configured secret that looks like any other word is masked once it is in use")
    void hidden() {
        String text = "X-Gateway-Key: a-plain-word of MaskingTest";
        Masking.hide("a-plain-word of MaskingTest");
        assertEquals("X-Gateway-Key: ***", Masking.own(text));
        assertEquals("X-Gateway-Key: ***", Masking.others(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "of 01810012345",
                "018100 12345 is",
                "x01810012345y",
                "GET http://h/v1/01810012345?x=01810012345",
                "310000001",
                "181001234567890"
            })
    @DisplayName(
            "I8: numbers of persons and organisations are masked wherever they stand, in what we say and in what others say")
    void numbers(String text) {
        for (String masked : List.of(Masking.own(text), Masking.others(text))) {
            assertFalse(masked.replaceAll("\\D", "").contains("12345") || masked.contains("310000001"), masked);
        }
    }

    @Test
    @DisplayName("The number of an organisation acted for is shown, and no other that holds it")
    void organisationsActedFor() {
        Masking.keep(List.of("310000001"));
        try {
            assertEquals("inntekt for 310000001", Masking.own("inntekt for 310000001"));
            assertEquals("***", Masking.own("3100000012"));
        } finally {
            Masking.keep(List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer abc12345SECRET",
                "password=SECRET-SECRET",
                "assertion=SECRETSECRET&x=1",
                "-----BEGIN PRIVATE KEY-----\nSECRET",
                "{\"name\": \"SECRET\"}",
                "body <person><name>SECRET</name>",
                "[{\"a\": \"SECRET\"}]",
                "http://host/v1/SECRET?x=SECRET",
                "insert into x values ('SECRET')",
                "ERROR: duplicate key\n  Detail: Key (id)=(SECRET) already exists."
            })
    @DisplayName("I8: tokens, keys, payloads, paths and SQL values are masked in what others say")
    void whatOthersSay(String text) {
        assertFalse(Masking.others(text).contains("SECRET"), Masking.others(text));
    }

    @Test
    void whatNamesNobodyStays() {
        String text =
                "Apache Camel 4.18.0 (delingsruter) started in 512ms on 2026-11-23 at http://127.0.0.1:9876 by no.delingsruter.skatteetaten.Hendelsesliste";
        assertEquals(text, Masking.others(text));
        assertEquals(
                "inntekt: 5,000 events read, 2,000 pending; 95 lookups/s",
                Masking.own("inntekt: 5,000 events read, 2,000 pending; 95 lookups/s"));
    }

    @Test
    @DisplayName("I8: an exception keeps classes, causes and stack, and loses values")
    void exceptions() {
        Exception original = new IllegalStateException(
                "cannot read 'AB-" + PERSON + "'", new SQLException("insert of " + PERSON, "23505"));
        original.addSuppressed(new IOException("http://host/v1/" + PERSON));
        Throwable masked = MaskedThrowable.of(original);
        assertEquals("java.lang.IllegalStateException: cannot read ***", masked.toString());
        assertEquals("java.sql.SQLException: SQL state 23505", masked.getCause().toString());
        assertEquals("java.io.IOException: http://host/***", masked.getSuppressed()[0].toString());
        assertEquals(List.of(original.getStackTrace()), List.of(masked.getStackTrace()));
    }

    @Test
    @DisplayName("I8: the whole way through the log: own lines and others', java.util.logging, exceptions, every level")
    void throughTheLog() {
        Logging.takeOver();
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), true)) {
            LoggerFactory.getLogger("no.delingsruter.X").debug("lookup of {}", PERSON);
            LoggerFactory.getLogger("org.apache.hc.client5.http.wire").debug("Kari Nordmann");
            LoggerFactory.getLogger("org.example").warn("failed for {}", PERSON, new IOException("GET /v1/" + PERSON));
            java.util.logging.Logger driver = java.util.logging.Logger.getLogger("org.postgresql.Driver");
            driver.setLevel(java.util.logging.Level.ALL);
            driver.warning("parameter " + PERSON);
            driver.finest("parameter Kari Nordmann");
            driver.setLevel(null);
            String all = String.join("\n", log.lines());
            assertFalse(all.contains(PERSON) || all.contains("Nordmann"), all);
            assertTrue(
                    all.contains("lookup of ***")
                            && all.contains("failed for ***")
                            && all.contains("java.io.IOException: GET /v1/***"),
                    all);
            assertTrue(all.contains("org.apache.hc.client5.http.wire - (withheld"), all);
            assertTrue(all.contains("org.postgresql.Driver - parameter ***"), all);
        }
    }

    @Test
    @DisplayName("I8: an operator's own configuration of the log, everything at TRACE, is masked no less")
    void operatorsOwnConfiguration() throws Exception {
        Path file = directory.resolve("log4j2.properties");
        Files.writeString(file, """
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %p %c %m%n%xEx
                rootLogger.level = trace
                rootLogger.appenderRef.console.ref = console
                """);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlog4j2.configurationFile=" + file,
                        Talkative.class.getName())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertTrue(
                out.contains("INFO org.example request to http://host/***")
                        && out.contains("TRACE org.example (withheld"),
                out);
        assertTrue(out.contains("java.lang.IllegalStateException: of ***"), out);
        assertFalse(out.contains(PERSON) || out.contains(TOKEN) || out.contains("Nordmann"), out);
    }

    /** Says what must not be said. */
    static final class Talkative {
        public static void main(String... args) {
            Logging.takeOver();
            org.slf4j.Logger log = LoggerFactory.getLogger("org.example");
            log.info("request to http://host/v1/{}", PERSON, new IllegalStateException("of " + PERSON));
            log.trace("Kari Nordmann");
            log.info("token {}", TOKEN);
            throw new IllegalStateException(PERSON);
        }
    }

    @org.junit.jupiter.api.AfterAll
    static void giveBack() throws IOException {
        LogManager.getLogManager().readConfiguration();
        Thread.setDefaultUncaughtExceptionHandler(null);
    }
}

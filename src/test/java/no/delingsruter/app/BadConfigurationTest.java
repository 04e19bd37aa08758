package no.delingsruter.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import no.delingsruter.configuration.ConfigurationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Bad configuration is one sentence that names the key, before anything is called")
class BadConfigurationTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "services | inntektt | services: unknown service 'inntektt'; the routes folder has",
                "services | '' | services is missing: name at least one of",
                "inntekt.rettighetspakke | '' | inntekt.rettighetspakke is missing",
                "skatteetaten.url | htp:/nowhere | skatteetaten.url: 'htp:/nowhere' is not an http or https address.",
                "skatteetaten.url.inntekt | ::: | skatteetaten.url.inntekt: ':::' is not an http or https address.",
                "skatteetaten.max-in-flight | five | skatteetaten.max-in-flight: 'five' is not a whole number of at least 1.",
                "skatteetaten.format | yaml | skatteetaten.format: 'yaml' is not one of json, xml.",
                "inntekt.start | 2024-02-30 | inntekt.start: '2024-02-30' is not first, now, a date or a sequence number.",
                "inntekt.page-size | 0 | inntekt.page-size: '0' is not a whole number of at least 1.",
                "inntekt.page-size | 10001 | inntekt.page-size is 10001: Skatteetaten names 10000 as the most that may be asked for at a time.",
                "inntekt.poll-interval | soon | inntekt.poll-interval: 'soon' is not a duration of 1ms or more, such as 500ms, 60s or 5m.",
                "inntekt.poll-interval | 0s | inntekt.poll-interval: '0s' is not a duration of 1ms or more",
                "progress.interval | 0 | progress.interval: '0' is not a duration of 1ms or more",
                "watch.interval | 0 | watch.interval: '0' is not a duration of 1ms or more",
                "lookup.first-pause | 0ms | lookup.first-pause: '0ms' is not a duration of 1ms or more",
                "lookup.longest-pause | 0 | lookup.longest-pause: '0' is not a duration of 1ms or more",
                "outbox.keep | 0d | outbox.keep: '0d' is not a duration of 1ms or more",
                "failover.lease | 0 | failover.lease: '0' is not a duration of 1ms or more",
                "watchdog.longest-silence | 999999999999999d | watchdog.longest-silence: '999999999999999d' is not a duration",
                "management.host | 203.0.113.1 | management.port 18099 at 203.0.113.1 cannot be had: another program has it, or the address is none of this machine's; name another.",
                "delivery.endpoints | '' | delivery.endpoints is missing",
                "delivery.unchanged | maybe | delivery.unchanged: 'maybe' is not one of skip, deliver.",
                "maskinporten.jwk | '' | maskinporten.",
                "maskinporten.client-id | '' | maskinporten.client-id",
                "organisations | 123 | organisations: '123' is not an organisation number of nine digits.",
                "store.url | jdbc:oracle:x | store.url is not a JDBC address of H2",
                "store.url | jdbc:postgres://localhost/x | store.url is not a JDBC address of H2",
                "store.url | jdbc:postgresql://localhost:54x2/nowhere?password=kort1 | store.url: the driver does not understand it",
                "skatteoppgjoer.lookups | x | -",
                "outcome.inntekt.404 | whatever | outcome.inntekt.404: 'whatever' is not one of none, deleted"
            })
    void oneSentenceThatNamesTheKey(String key, String value, String sentence) {
        try (TestBed bed = new TestBed(directory)) {
            bed.set(key, value);
            if (key.equals("management.host")) {
                bed.set("management.port", "18099");
            }
            if (sentence == null) {
                bed.set("services", "skatteoppgjoer").set("skatteoppgjoer.rettighetspakke", "x");
                sentence = "skatteoppgjoer.lookups: 'x' is not one of summertskattegrunnlag";
            }
            ConfigurationException e = assertThrows(ConfigurationException.class, bed::start);
            assertTrue(e.getMessage().startsWith(sentence), e.getMessage());
            assertFalse(e.getMessage().contains("\n"));
            assertEquals(0, bed.simulator().stats().calls());
            assertEquals(0, bed.simulator().stats().tokens().granted());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inntekt.poll-intervall=5s | Unknown key inntekt.poll-intervall; the nearest known one is inntekt.poll-interval.",
                "skatteetaten.urls=x | Unknown key skatteetaten.urls; the nearest known one is skatteetaten.url.",
                "innntekt.start=first | Unknown service in the key innntekt.start; the nearest known one is inntekt.",
                "nothing.start=first | Unknown service in the key nothing.start; known are ",
                "organisations=310000000;organisation.310000000.innteket.start=now | Unknown service in the key organisation.310000000.innteket.start; the nearest known one is inntekt.",
                "organisations=310000000;organisation.310000009.inntekt.rettighetspakke=x | Unknown organisation in the key organisation.310000009.inntekt.rettighetspakke; the nearest known one is 310000000.",
                "organisation.310000009.fiks.rolle-id=x | Unknown organisation in the key organisation.310000009.fiks.rolle-id: organisations does not name it.",
                "inntekt.list-path=/v1/{rolle}/hendelser;organisation.310000009.inntekt.rolle=x | Unknown organisation in the key organisation.310000009.inntekt.rolle: organisations",
                "skatteetaten.url.inntekthendelse=http://x | Unknown api in the key skatteetaten.url.inntekthendelse; the nearest known one is inntekthendelser.",
                "outcome.inntek.404.IM-007=none | Unknown api in the key outcome.inntek.404.IM-007; the nearest known one is inntekt.",
                "outcome.inntekt.4O4=none | Unknown key outcome.inntekt.4O4",
                "inntekt.rettighetspakke.innteckt=x | Unknown lookup in the key inntekt.rettighetspakke.innteckt; the nearest known one is inntekt.",
                "skatteoppgjoer.lookup-path.avregnig=/v1 | Unknown lookup in the key skatteoppgjoer.lookup-path.avregnig; the nearest known one is avregning."
            })
    void unknownKeysInTheFile(String line, String sentence) throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Files.writeString(
                    bed.config().resolve("application.properties"),
                    "\n" + line.replace(';', '\n') + "\n",
                    StandardOpenOption.APPEND);
            ConfigurationException e = assertThrows(ConfigurationException.class, bed::start);
            assertTrue(e.getMessage().startsWith(sentence), e.getMessage());
        }
    }

    @Test
    @DisplayName("A temporary folder that cannot be written is named with the key that needs it")
    void temporaryFolder() throws IOException {
        String usual = System.getProperty("java.io.tmpdir");
        try (TestBed bed = new TestBed(directory)) {
            bed.set("management.port", "18099");
            System.setProperty(
                    "java.io.tmpdir",
                    Files.createFile(directory.resolve("no-folder")).toString());
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertTrue(said.startsWith("management.port: health and metrics need a temporary folder, and "), said);
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }
    }

    @Test
    @DisplayName("A port that another program has is named with its key, and nothing is called")
    void portInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestBed bed = new TestBed(directory)) {
            bed.set("management.port", "" + other.getLocalPort());
            assertEquals(
                    "management.port " + other.getLocalPort()
                            + " at 127.0.0.1 cannot be had: another program has it, or the address is none of this machine's; name another.",
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
            assertEquals(0, bed.simulator().stats().calls());
        }
    }

    @Test
    @DisplayName("A key that a route of the user's own uses is known")
    void aKeyThatARouteUses() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Files.writeString(
                    bed.config().resolve("application.properties"), "\nmy.channel=out\n", StandardOpenOption.APPEND);
            Files.writeString(bed.routes().resolve("mine.camel.yaml"), """
                    - route:
                        id: mine
                        from:
                          uri: direct:mine
                          steps:
                            - to:
                                uri: "mock:{{my.channel}}"
                    """);
            bed.start();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "The program says it on standard error and exits with a code other than 0; -D may stand behind the program, too")
    void exitCode(boolean behind) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(directory.resolve("config"));
        Files.writeString(folder.resolve("application.properties"), "services=nothing\n");
        String key = "-Ddelingsruter.config=" + folder;
        String program = Delingsruter.class.getName();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        behind ? program : key,
                        behind ? key : program)
                .redirectErrorStream(true)
                .start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
        assertTrue(
                out.toString(UTF_8).startsWith("Not started: services: unknown service 'nothing'"),
                out.toString(UTF_8));
        assertFalse(out.toString(UTF_8).contains("\tat "), "no stack trace");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "store.url=jdbc:h2:file:./blåbær/x | store.url: its value has letters that this system's locale cannot write",
                "watch.directory=./blåbær | watch.directory: its value has letters",
                "file.directory=./blåbær | file.directory: its value has letters",
                "store.password=file:./blåbær | store.password: the file it points to has letters"
            })
    @DisplayName("A path that the locale cannot write is named with its key and the cure")
    void pathThatTheLocaleCannotWrite(String line, String sentence) throws IOException, InterruptedException {
        try (TestBed bed = new TestBed(directory)) {
            bed.writeSettings();
            Path file = bed.config().resolve("application.properties");
            String key = line.substring(0, line.indexOf('='));
            Files.writeString(
                    file, Files.readString(file).replaceAll("(?m)^" + Pattern.quote(key) + "=.*$", "") + "\n" + line);
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Ddelingsruter.config=" + bed.config(),
                            "-Ddelingsruter.routes=" + bed.routes(),
                            Delingsruter.class.getName())
                    .redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertTrue(said.startsWith("Not started: " + sentence) && said.contains("LANG=C.UTF-8"), said);
            assertEquals(2, process.exitValue());
        }
    }
}

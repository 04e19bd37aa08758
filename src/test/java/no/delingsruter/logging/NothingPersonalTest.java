package no.delingsruter.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.app.ChildPath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NothingPersonalTest {
    /** Words of payloads that no route and no configuration holds. */
    private static final List<String> PAYLOAD =
            List.of("fastloenn", "overtidsgodtgjoerelse", "antallKilometer", "kontantytelse");
    /** A grant, and the simulator's tokens: 43 characters in which upper case, lower case and digits alternate as only chance has it. */
    private static final Pattern TOKEN = Pattern.compile("(?<![\\w-])[\\w-]{43}(?![\\w-])");

    private static final Pattern ALTERNATES = Pattern.compile("(?=.*[0-9].*[A-Z]).*[A-Z].*[0-9].*[a-z].*");
    private static final Pattern GRANT = Pattern.compile("eyJ[\\w-]{20,}");

    private static final Pattern NUMBER = Pattern.compile("(?<!\\d)\\d{11}(?!\\d)");

    @TempDir
    Path directory;

    private String run(int events, int runs, String... options) throws IOException, InterruptedException {
        Path configuration = directory.resolve("log4j2.properties");
        Files.writeString(configuration, """
                appender.file.type = File
                appender.file.name = file
                appender.file.fileName = %s
                appender.file.bufferedIo = true
                appender.file.immediateFlush = false
                appender.file.layout.type = PatternLayout
                appender.file.layout.pattern = %%p [%%t] %%c %%X - %%m%%n%%xEx
                rootLogger.level = all
                rootLogger.appenderRef.file.ref = file
                """.formatted(directory.resolve("log.txt")));
        List<String> all = new ArrayList<>(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dlog4j2.configurationFile=" + configuration,
                "-Djdk.httpclient.HttpClient.log=all"));
        all.addAll(List.of(options));
        List<String> command = ChildPath.product()
                .withTests()
                .commandOf(
                        EverythingAtTrace.class.getName(),
                        all,
                        directory.resolve("run").toString(),
                        Integer.toString(events),
                        Integer.toString(runs));
        Files.createDirectory(directory.resolve("run"));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        String printed = Files.readString(output);
        assertEquals(0, process.exitValue(), printed);
        return printed;
    }

    private Stream<String> everything() throws IOException {
        return Stream.of("log.txt", "run/seen.txt", "output.txt").flatMap(name -> {
            try {
                return Files.readAllLines(directory.resolve(name), StandardCharsets.UTF_8).stream()
                        .map(line -> name + ": " + line);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private List<String> hits() throws IOException {
        List<String> secrets = Files.readAllLines(directory.resolve("run/secrets.txt"));
        List<String> words = new ArrayList<>(PAYLOAD);
        secrets.stream().filter(secret -> !NUMBER.matcher(secret).matches()).forEach(words::add);
        try (Stream<String> lines = everything()) {
            return lines.filter(line -> {
                        Matcher number = NUMBER.matcher(line);
                        while (number.find()) {
                            if (secrets.contains(number.group())) {
                                return true;
                            }
                        }
                        return words.stream().anyMatch(line::contains)
                                || GRANT.matcher(line).find()
                                || TOKEN.matcher(line)
                                        .results()
                                        .anyMatch(word ->
                                                ALTERNATES.matcher(word.group()).matches());
                    })
                    .limit(50)
                    .toList();
        }
    }

    @Test
    @DisplayName(
            "I8: everything at TRACE, with faults, JSON and XML: no identifikator, payload, token, grant or key in log, output, metrics, JMX, page, API, operations, thread or file names")
    void nothingPersonal() throws Exception {
        String printed = run(50, 2);
        Map<String, Integer> loggers = new TreeMap<>();
        try (Stream<String> lines = everything()) {
            Pattern logger = Pattern.compile("^log.txt: (?:TRACE|DEBUG|INFO|WARN|ERROR) \\[[^]]*] (\\S+) ");
            lines.forEach(line -> {
                Matcher matcher = logger.matcher(line);
                if (matcher.find()) {
                    loggers.merge(matcher.group(1), 1, Integer::sum);
                }
            });
        }
        assertEquals(List.of(), hits());
        assertTrue(printed.contains("DONE json") && printed.contains("DONE xml"), printed);
        for (String who : List.of(
                "org.apache.hc.client5.http.wire",
                "org.apache.hc.client5.http.headers",
                "org.apache.camel.component.http.HttpProducer",
                "org.apache.camel.Tracing",
                "org.springframework.jdbc.core.StatementCreatorUtils",
                "org.postgresql.",
                "org.apache.activemq.artemis.",
                "com.zaxxer.hikari.",
                "jdk.httpclient.HttpClient",
                "no.delingsruter.")) {
            assertTrue(
                    loggers.keySet().stream().anyMatch(name -> name.startsWith(who)),
                    who + " has said nothing, so that nothing is shown: " + loggers.keySet());
        }
        assertTrue(loggers.values().stream().mapToInt(Integer::intValue).sum() > 20_000, loggers.toString());
        try (Stream<String> seen = Files.lines(directory.resolve("run/seen.txt"))) {
            long attributes = seen.filter(line -> line.startsWith("jmx org.apache.camel:"))
                    .count();
            assertTrue(attributes > 500, "attributes read: " + attributes);
        }
    }

    @Test
    @DisplayName("I8: dashboard and alert rules tell apart by services, organisations and the like, and by nobody")
    void monitoring() throws Exception {
        Pattern labels = Pattern.compile("\\{\\{ *(?:\\$labels\\.)?(\\w+) *}}|\\b(?:by|on) \\(([\\w, ]+)\\)");
        Set<String> found = new TreeSet<>();
        for (String name : List.of("grafana.json", "alerts.yaml", "alerts-test.yaml")) {
            String text = Files.readString(Path.of("docs/monitoring", name));
            labels.matcher(text)
                    .results()
                    .flatMap(one -> Stream.of((one.group(1) == null ? one.group(2) : one.group(1)).split(", ", -1)))
                    .forEach(found::add);
            assertTrue(!NUMBER.matcher(text).find(), name);
        }
        assertTrue(found.contains("service"), found.toString());
        found.removeAll(
                Set.of("service", "organisation", "api", "activity", "state", "answer", "how", "by", "le", "instance"));
        assertEquals(Set.of(), found);
    }

    @Test
    @DisplayName(
            "The first results of the same run, without the masking, are full of them: the search finds what is there")
    void theSearchFindsThem() throws Exception {
        run(10, 0, "-Dlog4j2.logEventFactory=org.apache.logging.log4j.core.impl.DefaultLogEventFactory");
        List<String> hits = hits();
        assertEquals(50, hits.size());
    }
}

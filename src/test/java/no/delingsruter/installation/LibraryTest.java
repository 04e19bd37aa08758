package no.delingsruter.installation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import no.delingsruter.app.TestBed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

@DisplayName(
        "The jar as a library: in a plain DefaultCamelContext, without our main and without what only the program needs")
class LibraryTest {
    private static final int EVENTS = 40;
    /** What the pom says is optional, with what it brings. */
    private static final Pattern PROGRAM_ONLY = Pattern.compile(
            ".*/(camel-main|camel-master|picocli|log4j-core|log4j-slf4j2-impl|micrometer-[a-z-]+|prometheus-[a-z-]+|camel-micrometer[a-z-]*"
                    + "|camel-platform-http[a-z-]*|vertx-[a-z-]+|camel-vertx-common|camel-test[a-z0-9-]*|spring-boot[a-z-]*|camel-spring[a-z-]*|camel-core-starter"
                    + "|junit-[a-z-]+|artemis-[a-z-]+|pooled-jms|camel-jms|camel-management|jakarta.jms-api|spring-(jms|messaging|context|aop|expression))-\\d[^/]*\\.jar");

    /** A receiver that dislikes one result. */
    private static final String PICKY = """
            - route:
                id: picky
                from:
                  uri: direct:picky
                  steps:
                    - filter:
                        expression:
                          simple:
                            expression: "${header.sekvensnummer} == 7"
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: not this one
            """;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I1, I2, I9: two installations in one JVM each follow their list to its end; what their receiver refuses is parked, not in the application's dead letter channel")
    void twoInstallations() throws Exception {
        try (TestBed one = bed("one");
                TestBed two = bed("two")) {
            run(one, two);
            for (TestBed bed : List.of(one, two)) {
                var stats = bed.simulator().stats();
                assertEquals(EVENTS, stats.lookups().keys());
                assertTrue(stats.maxInFlight() <= 5, "I1: " + stats.maxInFlight());
                assertEquals(EVENTS - 1, bed.count("result"), "delivered");
                assertEquals(7L, bed.jdbc().queryForObject("select sekvensnummer from parked", Long.class), "parked");
            }
        }
    }

    @Test
    @DisplayName("An application's log keeps its own set-up: nothing that log4j takes by itself is in the jar")
    void ownLog() {
        for (String name : List.of("log4j2.component.properties", "log4j2.properties", "log4j2.xml")) {
            assertNull(getClass().getResource("/" + name), name);
        }
    }

    @Test
    @DisplayName(
            "What only the program needs does not come with the jar: Quarkus, for one, does not start beside camel-management")
    void optional() throws Exception {
        NodeList brought = (NodeList) XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                        "/project/dependencies/dependency[not(optional) and not(scope)]/artifactId",
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new File("pom.xml")),
                        XPathConstants.NODESET);
        List<String> needless = IntStream.range(0, brought.getLength())
                .mapToObj(i -> brought.item(i).getTextContent())
                .filter(artifact ->
                        PROGRAM_ONLY.matcher("/" + artifact + "-1.jar").matches())
                .toList();
        assertEquals(List.of(), needless);
        assertTrue(brought.getLength() > 10);
    }

    private TestBed bed(String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        TestBed bed = new TestBed(folder);
        bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 1, 0);
        bed.set("delivery.endpoints", "direct:picky, direct:database")
                .set("lookup.tries", "2")
                .set("lookup.busy-tries", "2");
        Files.writeString(bed.routes().resolve("picky.camel.yaml"), PICKY);
        // The Kamelets are those of the jar
        try (var kamelets = Files.list(bed.routes().resolve("kamelets"))) {
            kamelets.map(Path::toFile).forEach(File::delete);
        }
        bed.writeSettings();
        return bed;
    }

    private void run(TestBed... beds) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !PROGRAM_ONLY.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                OwnApplication.class.getName(),
                Integer.toString(EVENTS)));
        for (TestBed bed : beds) {
            command.add(bed.directory().toString());
        }
        Path out = directory.resolve("out.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertTrue(process.waitFor(3, TimeUnit.MINUTES), "in time");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(
                "done",
                Files.readString(out).lines().reduce((first, second) -> second).orElse(""),
                Files.readString(out));
    }
}

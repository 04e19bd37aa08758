package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("routes.reload: a saved route or Kamelet takes effect while the job runs")
class RouteReloadTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Appends a line for each delivery: its number, and what stands here now. */
    private static final String ROUTE = """
            - route:
                id: mark
                from:
                  uri: direct:mark
                  steps:
                    - to:
                        uri: kamelet:mark-action
                        parameters:
                          word: WORD
                    - to:
                        uri: file:DIRECTORY
                        parameters:
                          fileName: marks
                          fileExist: Append
                          appendChars: "\\\\n"
            """;

    private static final String KAMELET = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: mark-action
              labels:
                camel.apache.org/kamelet.type: action
            spec:
              definition:
                title: Mark Action
                type: object
                properties:
                  word:
                    title: Word
                    type: string
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - setBody:
                        expression:
                          simple:
                            expression: "${header.sekvensnummer} {{word}} KAMELET"
            """;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I2, I9: routes and a Kamelet are edited while events flow, and nothing is lost or done twice; a broken file is said once with its line, and the one before goes on")
    void edited() throws Exception {
        SimulatorConfig slow = new SimulatorConfig().latency(Latency.constant(50));
        try (TestBed bed = new TestBed(directory, TestDatabase.H2, slow)) {
            bed.set("routes.reload", "true").set("delivery.endpoints", "direct:database, direct:mark");
            Path route = bed.routes().resolve("mark.camel.yaml");
            Path kamelet = bed.routes().resolve("kamelets/mark-action.kamelet.yaml");
            Files.writeString(route, route("one"));
            Files.writeString(kamelet, KAMELET.replace("KAMELET", "first"));
            publish(bed, 200);
            try (ChildJob job = bed.child()) {
                until(job, () -> marks("one first") > 20);
                Files.writeString(route, route("two"));
                until(job, () -> taken(job) == 1);
                publish(bed, 100);
                until(job, () -> marks("two first") > 20);
                Files.writeString(kamelet, KAMELET.replace("KAMELET", "second"));
                until(job, () -> taken(job) == 2);
                publish(bed, 100);
                until(job, () -> marks("two second") > 20);

                Files.writeString(route, route("three").replaceFirst("parameters:(?=\\s+word)", "parametres:"));
                until(job, () -> job.output().contains("routes.reload: not taken"));
                publish(bed, 20);
                int broken = bed.simulator().list("inntekt").size();
                until(job, () -> lines().size() >= broken);
                Files.writeString(route, route("four"));
                until(job, () -> taken(job) == 3);
                publish(bed, 20);
                int all = bed.simulator().list("inntekt").size();
                until(job, () -> lines().size() >= all);

                assertEquals(20, marks("four second"), "the last one is at work");
                assertEquals(0, marks("three second"), "the broken one never was");
                assertEquals(all, lines().stream().distinct().count(), "none lost");
                assertEquals(all, lines().size(), "none delivered twice");
                assertEquals(0, bed.simulator().stats().lookups().repeated(), "none looked up twice");
                List<String> said = job.output()
                        .lines()
                        .filter(line -> line.contains("mark.camel.yaml:"))
                        .toList();
                assertEquals(1, said.size(), job.output());
                assertTrue(job.output().contains("Saved routes: not taken"), "status and health have it, too");
                assertTrue(job.output().contains("Saved routes: taken"), job.output());
                assertTrue(said.get(0).matches(".*mark\\.camel\\.yaml:\\d+.*"), said.get(0));
                assertEquals(0, job.terminate().exitCode(), job.output());
            }
        }
    }

    private static void publish(TestBed bed, int events) {
        for (int i = 0; i < events; i++) {
            bed.simulator().list("inntekt").publishNew();
        }
    }

    private static long taken(ChildJob job) {
        return job.output()
                .lines()
                .filter(line -> line.endsWith("routes.reload: taken"))
                .count();
    }

    private String route(String word) {
        return ROUTE.replace("WORD", word)
                .replace("DIRECTORY", directory.resolve("marks").toString());
    }

    private static void until(ChildJob job, Callable<Boolean> condition) {
        try {
            await().atMost(PATIENCE).failFast("ended", () -> !job.alive()).until(condition);
        } catch (RuntimeException e) {
            throw new AssertionError(job.output(), e);
        }
    }

    private long marks(String words) throws IOException {
        return lines().stream().filter(line -> line.endsWith(words)).count();
    }

    private List<String> lines() throws IOException {
        Path file = directory.resolve("marks/marks");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}

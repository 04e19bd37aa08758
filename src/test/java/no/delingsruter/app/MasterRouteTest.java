package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own route that one instance alone may run. */
class MasterRouteTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String LEADS = "nightly: this instance leads";
    /** Says when each run begins and ends, and in which process: an exchange's name begins with its context's. */
    private static final String ROUTE = """
            - route:
                id: nightly
                from:
                  uri: master:nightly:timer:tick
                  parameters: {period: 50}
                  steps:
                    - setBody: {expression: {simple: {expression: "begin ${exchangeId}"}}}
                    - to: {uri: "file:runs", parameters: {fileName: all.txt, fileExist: Append, appendChars: '\\n'}}
                    - bean: {beanType: java.lang.Thread, method: "sleep(400)"}
                    - setBody: {expression: {simple: {expression: "end ${exchangeId}"}}}
                    - to: {uri: "file:runs", parameters: {fileName: all.txt, fileExist: Append, appendChars: '\\n'}}
            """;

    @TempDir
    Path directory;

    private record Run(boolean begins, String exchange) {
        String process() {
            return exchange.substring(0, exchange.lastIndexOf('-'));
        }
    }

    private List<Run> runs() throws IOException {
        Path file = directory.resolve("runs/all.txt");
        List<Run> runs = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.matches("(begin|end) \\S+-\\S+")) {
                    runs.add(new Run(line.startsWith("begin"), line.substring(line.indexOf(' ') + 1)));
                }
            }
        }
        return runs;
    }

    private TestBed bed(TestDatabase database) throws IOException {
        TestBed bed = new TestBed(directory, database, new SimulatorConfig());
        Files.writeString(
                bed.routes().resolve("nightly.camel.yaml"),
                ROUTE.replace("file:runs", "file:" + directory.resolve("runs")));
        bed.set("failover.lease", "1500ms").set("skatteetaten.request-timeout", "30s");
        return bed;
    }

    @Tag("long")
    @Test
    @DisplayName(
            "A master: route runs on one instance at a time: handed over when its last exchange has ended, taken over after kill -9 without the wait that calls need")
    void oneAtATime() throws Exception {
        try (TestBed bed = bed(TestDatabase.POSTGRESQL);
                ChildJob one = bed.child();
                ChildJob two = bed.child()) {
            until(() -> runs().size() >= 6, one, two);
            boolean firstLeads = one.output().contains(LEADS);
            assertNotEquals(firstLeads, two.output().contains(LEADS), "one of two leads");
            ChildJob leader = firstLeads ? one : two;
            ChildJob other = firstLeads ? two : one;
            until(() -> alive(bed) == 2, one, two);
            assertTrue(bed.command("instances").contains("master:nightly"));

            await().atMost(A_MINUTE).until(() -> runs().get(runs().size() - 1).begins());
            assertEquals(0, leader.terminate().exitCode(), leader.output());
            until(() -> processes() == 2, one, two);
            wholeRuns(0);

            try (ChildJob third = bed.child()) {
                until(() -> alive(bed) == 2, third);
                long killed = System.nanoTime();
                other.kill();
                until(() -> processes() == 3, third);
                assertTrue(System.nanoTime() - killed < Duration.ofSeconds(28).toNanos(), "no wait for calls");
                wholeRuns(1);
            }
        }
    }

    private static void until(Callable<Boolean> condition, ChildJob... jobs) {
        try {
            await().atMost(A_MINUTE.multipliedBy(2)).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(Stream.of(jobs).map(ChildJob::output).collect(Collectors.joining("\n-----\n")), e);
        }
    }

    private static int alive(TestBed bed) {
        return bed.jdbc()
                .queryForObject("select count(*) from instance where until > clock_timestamp()", Integer.class);
    }

    private long processes() throws IOException {
        return runs().stream().map(Run::process).distinct().count();
    }

    /** No run begins before the one before it has ended, but for those that were killed. */
    private void wholeRuns(int killed) throws IOException {
        List<Run> runs = runs();
        int cut = 0;
        for (int i = 1; i < runs.size(); i++) {
            Run before = runs.get(i - 1);
            Run now = runs.get(i);
            if (now.begins() && before.begins()) {
                assertNotEquals(before.process(), now.process());
                cut++;
            } else if (!now.begins()) {
                assertEquals(before, new Run(true, now.exchange()), "two at once");
            }
        }
        assertTrue(cut <= killed, "runs that were not over: " + runs);
    }

    @Test
    @DisplayName("On H2 the only instance leads; a master: route that is stopped and started leads again")
    void alone() throws Exception {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.start();
            await().atMost(A_MINUTE).until(() -> runs().size() >= 2);
            var routes = bed.application().camel().getRouteController();
            routes.stopRoute("nightly");
            int before = runs().size();
            routes.startRoute("nightly");
            await().atMost(A_MINUTE).until(() -> runs().size() > before);
        }
    }
}

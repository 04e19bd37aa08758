package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask for while two instances work, one of which is killed in the middle of it. */
@Tag("crash")
@Tag("long")
class InstancesOperatedTest {
    private static final int ORGANISATIONS = 4;
    private static final int EVENTS = 100;

    @TempDir
    Path directory;

    private static long ask(Instances instances, String kind, String arguments) {
        return instances
                .jdbc()
                .queryForObject(
                        "insert into operation (kind, service, arguments, reason) values (?, 'inntekt', ?, 'kit') returning id",
                        Long.class,
                        kind,
                        arguments);
    }

    private static Map<String, Object> row(Instances instances, long id) {
        return instances.jdbc().queryForMap("select state, done, total, result, owner from operation where id = ?", id);
    }

    private static void untilDone(Instances instances, long id) {
        await().atMost(Instances.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> row(instances, id).get("state").equals("DONE"));
    }

    private static long callsAfter(Instances instances, Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
        return instances.simulator().stats().calls();
    }

    @Test
    @DisplayName(
            "I12, I11: pause stops all instances, and the one that takes over from one that is killed meanwhile; a refetch goes on at the successor, each key looked up once and what the killed one had under way again")
    void pausedAndRefetched() throws Exception {
        try (Instances instances =
                new Instances(directory, ORGANISATIONS, EVENTS, 60, Map.of("skatteetaten.request-timeout", "5s"))) {
            instances.start(0);
            instances.start(1);
            instances.untilSpread(2);
            await().atMost(Instances.PATIENCE).until(() -> instances.results() > 20);

            untilDone(instances, ask(instances, "pause", null));
            long paused = callsAfter(instances, Duration.ofSeconds(1));
            instances.child(0).kill();
            instances.untilSpread(1);
            // Longer than the successor waits for the killed one's calls
            assertEquals(paused, callsAfter(instances, Duration.ofSeconds(6)), "calls while paused");
            assertTrue(instances.results() < ORGANISATIONS * EVENTS, "there was work left");
            untilDone(instances, ask(instances, "resume", null));
            instances.finish();

            instances.start(0);
            instances.untilSpread(2);
            instances.latency(60);
            long lookups = instances.simulator().stats().lookups().calls();
            long refetch = ask(instances, "refetch", "{\"held\": \"true\"}");
            await().atMost(Instances.PATIENCE)
                    .until(() -> (Long) row(instances, refetch).get("done") > 40);
            int underWay = instances
                    .jdbc()
                    .queryForObject("select count(*) from operation_key where state <> 'WAITING'", Integer.class);
            instances.child(0).kill();
            untilDone(instances, refetch);
            int all = ORGANISATIONS * EVENTS;
            String report = String.valueOf(row(instances, refetch).get("result"));
            assertTrue(
                    report.startsWith(all + " of " + all + " looked up, 0 changed, " + all + " unchanged, 0 parked"),
                    report);
            long repeated = instances.simulator().stats().lookups().calls() - lookups - all;
            // What was open when it was killed: ten workers for each of its organisations
            assertTrue(repeated >= 0 && repeated <= 20, repeated + " made again, with " + underWay + " fed");
            assertEquals(0, instances.jdbc().queryForObject("select count(*) from operation_key", Integer.class));
            instances.finish();
            instances.capKept();
        }
    }
}

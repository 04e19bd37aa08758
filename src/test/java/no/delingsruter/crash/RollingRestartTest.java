package no.delingsruter.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Instances are stopped in order and started again one after the other. */
@Tag("crash")
class RollingRestartTest {
    private static final int ROUNDS = Integer.getInteger("takeovers", 1) > 1 ? 20 : 1;
    private static final int ORGANISATIONS = 6;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "I1, I2, I11: three instances are restarted one after the other under load: no unit without an owner for more than two seconds, nothing lost or double")
    void rolling() throws Exception {
        assumeTrue(ROUNDS > 1, "mvn -B -Pcrash verify -Dtest=RollingRestartTest");
        try (Instances instances = new Instances(
                directory,
                ORGANISATIONS,
                400 * ROUNDS,
                200,
                Map.of("skatteetaten.request-timeout", "10s", "failover.lease", "6s"))) {
            for (int i = 0; i < 3; i++) {
                instances.start(i);
            }
            instances.untilSpread(3);
            try (OwnerWatch owners = new OwnerWatch(instances.jdbc(), ORGANISATIONS)) {
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < 3; i++) {
                        assertEquals(0, instances.child(i).stop(Duration.ofSeconds(40)));
                        instances.start(i);
                        instances.untilAlive(3);
                    }
                }
                LoggerFactory.getLogger(RollingRestartTest.class)
                        .info(
                                "{} rolling restarts of three: longest without an owner {} ms, {} hand-overs; most calls at once {}",
                                ROUNDS,
                                owners.longest().toMillis(),
                                owners.changes(),
                                instances.maxInFlight());
                assertTrue(owners.longest().toMillis() <= 2000, owners.longest() + " without an owner");
            }
            instances.finish();
            instances.capKept();
        }
    }
}

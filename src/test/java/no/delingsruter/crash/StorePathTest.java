package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import no.delingsruter.store.StoreLook;
import no.delingsruter.store.TcpProxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Only the way between one instance and the store is disturbed: the owner cannot know what the others see. */
@Tag("crash")
class StorePathTest {
    private static final int ROUNDS = Integer.getInteger("takeovers", 1) > 1 ? 5 : 1;
    /** At full length as in production. */
    private static final Duration LEASE = ROUNDS > 1 ? Duration.ofSeconds(6) : Duration.ofMillis(1500);

    @TempDir
    Path directory;

    private enum Fault {
        RESET {
            @Override
            void on(TcpProxy path) {
                path.reset();
            }
        },
        BLACK_HOLE {
            @Override
            void on(TcpProxy path) {
                path.cut();
            }
        },
        /** 3 s at a lease of 6 s. */
        SLOW {
            @Override
            void on(TcpProxy path) {
                path.delay(LEASE.toMillis() / 2);
            }
        },
        /** 10 s at a lease of 6 s. */
        SLOWER {
            @Override
            void on(TcpProxy path) {
                path.delay(LEASE.toMillis() * 10 / 6);
            }
        },
        /** Commits arrive, and the owner does not hear of it. */
        SWALLOWED {
            @Override
            void on(TcpProxy path) {
                path.swallow();
            }
        };

        abstract void on(TcpProxy path);
    }

    @Tag("long")
    @Test
    @DisplayName(
            "I1, I2, I9, I11: the owner's way to the store is reset, goes dark, becomes slow, loses the answers to commits: nothing lost, nothing double, never more than five calls")
    void disturbed() throws Exception {
        try (Instances instances = new Instances(
                directory,
                1,
                700 * ROUNDS,
                300,
                Map.of("skatteetaten.request-timeout", "2s", "failover.lease", LEASE.toMillis() + "ms"))) {
            instances.start(0);
            instances.start(1);
            for (int round = 0; round < ROUNDS; round++) {
                for (Fault fault : Fault.values()) {
                    int owner = instances.owner();
                    instances.untilFull();
                    fault.on(instances.path(owner));
                    Duration lasts = LEASE.multipliedBy(2).plusMillis(137L * round);
                    await().pollDelay(lasts).atMost(lasts.multipliedBy(2)).until(() -> true);
                    instances.path(owner).mend();
                    LoggerFactory.getLogger(StorePathTest.class)
                            .info(
                                    "{}: {} results, most calls at once {}",
                                    fault,
                                    instances.results(),
                                    instances.maxInFlight());
                }
            }
            instances.finish();
            assertEquals(
                    0,
                    instances
                            .jdbc()
                            .queryForList("select identifikator, gjelder_periode from result_history"
                                    + " group by organisation, identifikator, gjelder_periode having count(*) <> 1")
                            .size(),
                    "versions missing or twice");
            instances.capKept();
        }
    }

    @Test
    @DisplayName(
            "I1, I11: calls that are slower than any before are cut off when the store has not been heard of in time, with failover=quick too")
    void cutOff() throws Exception {
        try (Instances instances = new Instances(
                directory, 1, 400, 40, Map.of("skatteetaten.request-timeout", "8s", "failover", "quick"))) {
            instances.start(0);
            instances.start(1);
            int owner = instances.owner();
            instances.untilFull();
            // What is waited for is learnt from the calls that were made
            await().atMost(Instances.PATIENCE).until(() -> instances.results() > 60);
            instances.latency(7000);
            await().atMost(Instances.PATIENCE)
                    .during(Duration.ofMillis(500))
                    .until(() -> instances.simulator().stats().inFlight() == 5);
            instances.path(owner).cut();
            instances.untilOtherOwner(owner);
            await().pollDelay(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> instances.simulator().stats().inFlight() >= 5);
            instances.capKept();
            instances.path(owner).mend();
        }
    }

    @Tag("long")
    @Test
    @DisplayName(
            "I1, I2, I9, I11: all sessions of the store are ended once a second: nothing lost, nothing double, never more than five calls, and work goes on as fast as before")
    void sessionsEnded() throws Exception {
        Duration lasts = ROUNDS > 1 ? Duration.ofMinutes(1) : Duration.ofSeconds(4);
        Duration measured = ROUNDS > 1 ? Duration.ofSeconds(10) : Duration.ofSeconds(2);
        try (Instances instances = new Instances(
                directory,
                4,
                ROUNDS > 1 ? 10_000 : 500,
                ROUNDS > 1 ? 50 : 150,
                Map.of("skatteetaten.request-timeout", "2s", "failover.lease", LEASE.toMillis() + "ms"))) {
            instances.start(0);
            instances.start(1);
            instances.untilSpread(2);
            await().atMost(Instances.PATIENCE).until(() -> instances.results() > 200);
            double before = rate(instances, measured);
            long end = System.nanoTime() + lasts.toNanos();
            await().atMost(lasts.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        instances
                                .jdbc()
                                .queryForList("select pg_terminate_backend(pid) from pg_stat_activity"
                                        + " where datname = current_database() and application_name <> '"
                                        + StoreLook.NAME + "'");
                        return System.nanoTime() > end;
                    });
            instances.untilSpread(2);
            double after = rate(instances, measured);
            LoggerFactory.getLogger(StorePathTest.class)
                    .info(
                            "Sessions ended for {} s: {} lookups/s before, {} after; most calls at once {}",
                            lasts.toSeconds(),
                            Math.round(before),
                            Math.round(after),
                            instances.maxInFlight());
            instances.finish();
            instances.capKept();
            if (ROUNDS > 1) {
                assertTrue(after >= 0.95 * before, before + " lookups/s before, " + after + " after");
            }
        }
    }

    private static double rate(Instances instances, Duration time) {
        long results = instances.results();
        long began = System.nanoTime();
        await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
        return (instances.results() - results) * 1e9 / (System.nanoTime() - began);
    }
}

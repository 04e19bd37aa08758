package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.TcpProxy;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LeaseRenewalTest {
    private static final Duration TTL = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    private TcpProxy path;
    private LeaseKeeper keeper;
    private Lease lease;
    private long epoch;

    @BeforeEach
    void hold() throws Exception {
        String url = TestDatabase.POSTGRESQL.url(directory);
        TestDatabase.POSTGRESQL.open(url).close();
        path = new TcpProxy(Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1")));
        LeaseTimes times = new LeaseTimes(TTL);
        keeper = new LeaseKeeper(
                new LeaseTable(
                        LeaseTable.at(
                                url.replaceFirst("//[^/]*/", "//localhost:" + path.port() + "/"),
                                "postgres",
                                () -> "postgres",
                                times.answer()),
                        "one",
                        "1",
                        "plan",
                        TTL),
                times,
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                () -> Duration.ofSeconds(30),
                new Alerts());
        lease = keeper.wanted("inntekt", "self");
        keeper.start();
        await().until(lease::mayCall);
        epoch = lease.held();
        // All connections for renewals are open by then
        staysFor(TTL);
    }

    @AfterEach
    void close() throws Exception {
        path.mend();
        keeper.close();
        path.close();
    }

    /** Calls may be made all the time, under the same epoch. */
    private void staysFor(Duration time) {
        long from = System.nanoTime();
        List<Long> lapses = new ArrayList<>();
        while (System.nanoTime() - from < time.toNanos()) {
            if (!lease.mayCall()) {
                lapses.add((System.nanoTime() - from) / 1_000_000);
            }
            await().pollDelay(Duration.ofMillis(2))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> true);
        }
        assertEquals(List.of(), lapses, "milliseconds after which no call could be made");
        assertEquals(epoch, lease.held());
    }

    @Test
    @DisplayName("I11: a server that takes half of a lease's life for each answer keeps nobody from working")
    void slow() {
        path.delay(TTL.toMillis() / 2);
        staysFor(TTL.multipliedBy(2));
    }

    @Test
    @DisplayName("I11: connections that went dead without a word cost no lease while new ones can be opened")
    void dead() {
        path.cut();
        path.mend();
        staysFor(TTL);
    }

    @Test
    @DisplayName("I11: sessions that are ended cost no lease")
    void reset() {
        for (int i = 0; i < 3; i++) {
            path.reset();
            staysFor(TTL.dividedBy(2));
        }
    }

    @Test
    @DisplayName("I11: a path that stays dark ends the lease before the server lets another have it")
    void dark() {
        path.cut();
        await().atMost(TTL).until(() -> !lease.mayCall());
        assertNotEquals(Lease.NONE, lease.held());
        path.mend();
        await().atMost(TTL.multipliedBy(3)).until(lease::mayCall);
    }
}

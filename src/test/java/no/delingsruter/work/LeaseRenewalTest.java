package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Alerts;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Gateway;
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
    private static final Duration BOUND = Duration.ofSeconds(9);

    @TempDir
    Path directory;

    private TcpProxy path;
    private String url;
    private LeaseKeeper keeper;
    private Lease lease;
    private long epoch;

    @BeforeEach
    void hold() throws Exception {
        url = TestDatabase.POSTGRESQL.url(directory);
        TestDatabase.POSTGRESQL.open(url).close();
        path = new TcpProxy(Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1")));
        keeper = keeper("one");
        lease = keeper.wanted("inntekt", "self");
        keeper.start();
        await().until(lease::mayCall);
        epoch = lease.held();
        // All connections for renewals are open by then
        staysFor(TTL);
    }

    private LeaseKeeper keeper(String instance) throws Exception {
        LeaseTimes times = new LeaseTimes(TTL);
        return new LeaseKeeper(
                new LeaseTable(
                        LeaseTable.at(
                                url.replaceFirst("//[^/]*/", "//localhost:" + path.port() + "/"),
                                "postgres",
                                () -> "postgres",
                                times.answer()),
                        instance,
                        "1",
                        "plan",
                        TTL),
                times,
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                () -> BOUND,
                new Alerts());
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

    @Test
    @DisplayName("I1, I11: who takes over waits as long as the server may work on a call that was given up")
    void handedOverAfterATimeOut() throws Exception {
        assertThrows(
                CallFailedException.class,
                () -> gateway().call(call(), (asked, headers) -> {
                    LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
                    throw new SocketTimeoutException();
                }));
        long ended = System.nanoTime();
        LeaseKeeper other = keeper("two");
        try {
            Lease next = other.wanted("inntekt", "self");
            other.start();
            keeper.leave();
            await().pollInterval(Duration.ofMillis(10)).until(next::mayCall);
            long waited = (System.nanoTime() - ended) / 1_000_000;
            assertTrue(waited >= 2_400, "waited for " + waited + " ms");
        } finally {
            other.close();
        }
    }

    @Test
    @DisplayName(
            "I1, I11: a call that was cut off keeps its place for as long as the server may be at it, when the lease goes on after all")
    void lapsed() throws Exception {
        Gateway gateway = gateway();
        Gateway.Id id = new Gateway.Id("inntekt", "self");
        long begun = System.nanoTime();
        CompletableFuture<Void> call = CompletableFuture.runAsync(() ->
                assertThrows(CallFailedException.class, () -> gateway.call(call(), LeaseRenewalTest::untilCutOff)));
        await().until(() -> gateway.inFlight(id) == 1);
        path.cut();
        call.get();
        path.mend();
        await().atMost(TTL.multipliedBy(3)).until(lease::mayCall);
        assertEquals(epoch, lease.held());
        await().atMost(BOUND.multipliedBy(2)).until(() -> gateway.inFlight(id) == 0);
        long held = (System.nanoTime() - begun) / 1_000_000;
        assertTrue(held >= BOUND.toMillis(), "its place was held for " + held + " ms");
    }

    private static Gateway.Answer untilCutOff(Call call, Map<String, String> headers) throws IOException {
        OpenCall open = Objects.requireNonNull(OpenCall.ofThread());
        CountDownLatch aborted = new CountDownLatch(1);
        open.abortBy(aborted::countDown);
        assertTrue(open.mayBegin());
        try {
            aborted.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        throw new IOException("the connection was closed");
    }

    private Gateway gateway() {
        return new Gateway(
                5,
                "application/json",
                new NoTokens(),
                new Alerts(),
                new One(lease),
                (service, organisation, lookup) -> true);
    }

    private static Call call() {
        return new Call("inntekt", "self", "scope", "v1/x", null);
    }

    private record One(Lease lease) implements Leases {
        @Override
        public Lease of(String service, String organisation) {
            return lease;
        }

        @Override
        public Lease ofApi(String group, String organisation) {
            return lease;
        }

        @Override
        public Lease ofLeader(String namespace) {
            return lease;
        }
    }

    private static final class NoTokens implements Gateway.Tokens {
        @Override
        public String token(String scope, String organisation) {
            return "none is asked for";
        }

        @Override
        public void discard(String scope, String organisation, String token) {}
    }
}

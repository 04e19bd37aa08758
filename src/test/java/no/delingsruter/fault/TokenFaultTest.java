package no.delingsruter.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.observation.Alerts;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.skatteetaten.Gateway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Tag("fault")
@Execution(ExecutionMode.CONCURRENT)
class TokenFaultTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("I2: tokens that are withdrawn in the middle of a page cost another token and nothing else")
    void withdrawnInMidPage() {
        try (FaultBed fault = new FaultBed(directory)) {
            fault.list().generate(150, 150, 9, 0.1);
            fault.fault("withdrawn", "{call: lookup, everyNth: 40}", "{type: forget-token}");
            fault.bed.start();
            fault.everythingDelivered();
            assertTrue(fault.fired("withdrawn") >= 3);
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I2: a token that expires in the middle of a page is renewed ahead: no call is answered 401")
    void expiresInMidPage() {
        try (FaultBed fault = new FaultBed(
                directory, new SimulatorConfig().latency(Latency.constant(120)).tokenLifetime(Duration.ofSeconds(2)))) {
            fault.list().generate(250, 250, 10, 0.1);
            fault.bed.start();
            fault.everythingDelivered();
            Stats stats = fault.simulator().stats();
            assertTrue(
                    stats.tokens().granted() >= 3, "tokens: " + stats.tokens().granted());
            assertEquals(0L, stats.group(FaultBed.SERVICE, "310000001").status().getOrDefault("401", 0L));
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I2: the token address may be down as long as the token is valid")
    void addressDownWhileTokenIsValid() {
        try (FaultBed fault = new FaultBed(
                directory, new SimulatorConfig().latency(Latency.constant(40)).tokenLifetime(Duration.ofMinutes(2)))) {
            fault.list().generate(20, 20, 11, 0.1);
            fault.bed.start().untilDone(FaultBed.SERVICE, FaultBed.PATIENCE);
            // On a busy machine the very first call may be too slow for this kit's time-out, and be made again
            long granted = fault.simulator().stats().tokens().granted();
            fault.fault("down", "{call: token}", "{type: status, status: 503}");
            fault.publishNew(100);
            fault.everythingDelivered();
            assertEquals(granted, fault.simulator().stats().tokens().granted());
            assertTrue(fault.bed.application().alerts().open().isEmpty());
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName("I7: without a token nothing is called and nothing is parked; it goes on when there is one")
    void addressDownAndTokenGone() {
        try (FaultBed fault = new FaultBed(
                directory, new SimulatorConfig().latency(Latency.constant(20)).tokenLifetime(Duration.ofSeconds(2)))) {
            fault.list().generate(20, 20, 12, 0.1);
            fault.bed.start().untilDone(FaultBed.SERVICE, FaultBed.PATIENCE);
            fault.fault("down", "{call: token}", "{type: reset}");
            // The token has run out when the list is no longer asked
            long[] calls = {0};
            await().atMost(FaultBed.PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        long before = calls[0];
                        calls[0] = fault.simulator()
                                .stats()
                                .group(FaultBed.SERVICE, "310000001")
                                .calls();
                        return calls[0] == before;
                    });
            fault.publishNew(60);
            await().atMost(FaultBed.PATIENCE).until(() -> fault.fired("down") >= 4);
            assertEquals(0, fault.bed.count("parked"));
            fault.simulator().faults().clear();
            fault.untilFullSpeed();
            fault.everythingDelivered();
            fault.rulesKept();
        }
    }

    @Test
    @DisplayName(
            "I16: Maskinporten that does not answer is said once, counted, and a standstill; it goes on when there is a token")
    void addressSilent() throws IOException {
        try (FaultBed fault = new FaultBed(directory, new SimulatorConfig().latency(Latency.constant(20)));
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            fault.list().generate(20, 20, 13, 0.1);
            String address = "http://127.0.0.1:" + silent.getLocalPort() + "/token";
            fault.bed
                    .set("maskinporten.token-url", address)
                    .set("skatteetaten.request-timeout", "1s")
                    .start();
            Alerts alerts = fault.bed.application().alerts();
            await().atMost(FaultBed.PATIENCE).until(alerts::standstill);
            String what = alerts.open().keySet().iterator().next();
            assertTrue(what.startsWith("Maskinporten, skatteetaten:inntekt"), what);
            assertTrue(
                    alerts.open().get(what).contains("did not answer within 1000 ms"),
                    alerts.open().get(what));
            await().atMost(FaultBed.PATIENCE)
                    .until(() -> fault.bed
                                    .application()
                                    .gateway()
                                    .tokenFailures(new Gateway.Id(
                                            "inntekt",
                                            Catalogue.organisations(fault.bed
                                                            .application()
                                                            .settings())
                                                    .get(0)))
                            >= 2);
            assertEquals(0, fault.simulator().stats().calls());
        }
    }
}

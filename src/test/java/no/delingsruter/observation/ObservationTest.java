package no.delingsruter.observation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.app.TestBed;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.FreePort;
import no.delingsruter.support.Http1;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("its log is all that happens meanwhile")
class ObservationTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String ALL_429 =
            "{\"name\": \"much\", \"match\": {\"call\": \"lookup\"}, \"action\": {\"type\": \"status\", \"status\": 429}}";

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void freePort() {
        port = FreePort.find();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return Http1.CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private double metric(String name) throws Exception {
        return get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    @DisplayName(
            "Metrics tell what was read, delivered and parked; their tags are service, api, organisation, how, activity, state, answer, le and Camel's own")
    void metrics() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(30, 20, 1, 0.1);
            bed.simulator().list("inntekt").publish("01810012345", "2024-03");
            bed.simulator()
                    .faults()
                    .add(
                            "{\"match\": {\"identifikator\": \"01810012345\"}, \"action\": {\"type\": \"status\", \"status\": 400}}");
            bed.set("lookup.tries", "1")
                    .set("management.port", Integer.toString(port))
                    .start()
                    .untilDone("inntekt", A_MINUTE);
            assertEquals(31, metric("delingsruter_events_read_total"));
            assertEquals(20, metric("delingsruter_delivered_total"));
            assertEquals(20, metric("delingsruter_done_total"));
            assertEquals(0, metric("delingsruter_stalled"));
            assertTrue(get("/observe/metrics").body().contains("delingsruter_stalled{activity=\"Store writer\"}"));
            assertTrue(get("/observe/metrics").body().contains("delingsruter_watchdog_seconds_since_round"));
            assertEquals(21, metric("delingsruter_lookups_total"));
            assertEquals(1, metric("delingsruter_failed_tries_total"));
            assertEquals(1, metric("delingsruter_parkings_total"));
            assertEquals(5, metric("delingsruter_slots"));
            assertEquals(0, metric("delingsruter_token_failures_total"));
            assertTrue(metric("delingsruter_seconds_since_poll") < 30);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> metric("delingsruter_parked") == 1 && metric("delingsruter_pending") == 0);
            assertTrue(metric("delingsruter_parked_age_seconds") > 0);
            String deliveries = get("/observe/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("camel_route_policy_seconds_bucket")
                            && line.contains("routeId=\"delivery\"")
                            && line.contains("le=\"+Inf\""))
                    .findFirst()
                    .orElse("no histogram of deliveries");
            assertTrue(deliveries.endsWith(" 20"), deliveries);
            Set<String> tags = new TreeSet<>();
            Matcher matcher = Pattern.compile("(\\w+)=\"")
                    .matcher(get("/observe/metrics")
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("delingsruter_"))
                            .reduce("", String::concat));
            while (matcher.find()) {
                tags.add(matcher.group(1));
            }
            assertEquals(Set.of("service", "api", "organisation", "how", "activity", "state", "answer", "le"), tags);
        }
    }

    @Test
    @DisplayName("I11: where several instances may work on a store, metrics tell what this one holds and until when")
    void leases() throws Exception {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            bed.set("management.port", Integer.toString(port)).start();
            await().atMost(A_MINUTE).until(() -> metric("delingsruter_leases_held") == 1);
            double left = metric("delingsruter_lease_seconds_left");
            assertTrue(left > 0 && left <= 6, left + " s");
            // What counts must outlive a collection
            System.gc();
            await().atMost(A_MINUTE)
                    .until(() -> get("/observe/metrics")
                            .body()
                            .contains("delingsruter_lease_changes_total{how=\"taken\"} 1.0"));
            await().atMost(A_MINUTE).until(() -> metric("delingsruter_seconds_since_poll") < 30);
        }
    }

    @Test
    @DisplayName("I16: alert rules and dashboard ask for metrics that a job gives")
    void shippedMonitoring() throws Exception {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig())) {
            bed.simulator().list("inntekt").generate(10, 10, 1, 0);
            bed.set("management.port", Integer.toString(port)).start().untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> metric("delingsruter_lag_seconds") == 0);
            assertEquals(1, metric("delingsruter_state"));
            assertEquals(0, metric("delingsruter_operation_seconds_since_progress"));
            assertTrue(metric("delingsruter_call_seconds_count") >= 12);
            String given = get("/observe/metrics").body();
            for (String file : List.of("alerts.yaml", "grafana.json")) {
                Matcher asked = Pattern.compile("\\b(?:delingsruter|camel|jvm|process)_[a-z_]+")
                        .matcher(Files.readString(Path.of("docs/monitoring", file)));
                int found = 0;
                while (asked.find()) {
                    found++;
                    assertTrue(
                            given.contains("\n" + asked.group() + "{") || given.contains("\n" + asked.group() + " "),
                            file + ": " + asked.group());
                }
                assertTrue(found >= 10, file);
            }
        }
    }

    @Test
    @DisplayName(
            "Slots shrink while the API answers 429 and come back slowly; one line when it begins, one when it is over, and ready all the while")
    void adaptiveSlots() throws Exception {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(200, 200, 1, 0.1);
            bed.simulator().faults().add(ALL_429);
            bed.set("management.port", Integer.toString(port)).start();
            await().atMost(A_MINUTE).until(() -> metric("delingsruter_slots") < 5);
            assertEquals(200, get("/observe/health/ready").statusCode(), "slower is not down");
            assertTrue(
                    get("/observe/health?data=true").body().contains("4 of 5 slots"),
                    get("/observe/health?data=true").body());
            bed.simulator().faults().clear();
            await().atMost(A_MINUTE).until(() -> metric("delingsruter_slots") == 5);
            bed.untilDone("inntekt", A_MINUTE);
            List<String> said = log.lines().stream()
                    .filter(line -> line.contains("Calls to inntekt"))
                    .toList();
            assertTrue(said.get(0).contains("4 of 5 slots in use"), said.get(0));
            assertTrue(
                    said.size() == 1 || (said.size() == 2 && said.get(1).contains("all 5 slots in use again")),
                    said.toString());
        }
    }

    @Test
    @DisplayName(
            "I7: refused for everything is not ready and says why; alive all the while, and ready when access is back")
    void readiness() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(20, 20, 1, 0.1);
            bed.simulator()
                    .faults()
                    .add(
                            "{\"name\": \"no\", \"match\": {\"call\": \"lookup\"}, \"action\": {\"type\": \"status\", \"status\": 403}}");
            bed.set("management.port", Integer.toString(port)).start();
            await().atMost(A_MINUTE).until(() -> get("/observe/health/ready").statusCode() == 503);
            String body = get("/observe/health?data=true").body();
            assertTrue(body.contains("check the rettighetspakke"), body);
            assertFalse(body.contains(bed.simulator().list("inntekt").event(0).identifikator()), body);
            assertEquals(200, get("/observe/health/live").statusCode());
            assertEquals(0, bed.count("parked"));
            bed.simulator().faults().clear();
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(200, get("/observe/health/ready").statusCode());
        }
    }

    @Test
    @DisplayName(
            "CVE-2026-84176, CVE-2026-85316: the management server listens on 127.0.0.1 alone, and no route of ours is served by it")
    void managementServer() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("management.port", Integer.toString(port)).start();
            assertEquals(200, get("/observe/health/live").statusCode());
            for (String path : List.of(
                    "/direct:delivery", "/inntekt", "/observe", "/observe/info", "/q/dev", "/observe/jolokia")) {
                assertEquals(404, get(path).statusCode(), path);
            }
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (!address.isLoopbackAddress()) {
                        assertFalse(accepts(address), "listens on " + address);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName(
            "management.host lets probes come by the network, as in Kubernetes; page and API are not there without tokens")
    void probesByTheNetwork() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("management.port", Integer.toString(port))
                    .set("management.host", "0.0.0.0")
                    .start();
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (address instanceof Inet4Address) {
                        assertTrue(accepts(address), "does not listen on " + address);
                    }
                }
            }
            assertEquals(200, get("/observe/health/live").statusCode());
            assertEquals(404, get("/").statusCode());
            assertEquals(404, get("/api/status").statusCode());
        }
    }

    private boolean accepts(InetAddress address) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}

package no.delingsruter.observation;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import no.delingsruter.app.TestBed;
import no.delingsruter.support.FreePort;
import no.delingsruter.support.Http1;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job has really said of itself, twice, goes on like that for half an hour: Prometheus' own promtool tells which alerts there are. */
class AlertRulesTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void promtool() throws IOException {
        assumeTrue(
                Files.isExecutable(PROMTOOL),
                "No promtool here: install prometheus, and this test feeds the alert rules a job's own metrics");
        Files.createDirectories(directory.resolve("run"));
        port = FreePort.find();
    }

    private Map<String, Double> scraped() throws Exception {
        String body = Http1.CLIENT
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/observe/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, Double> values = new LinkedHashMap<>();
        body.lines().filter(line -> line.startsWith("delingsruter_")).forEach(line -> {
            int at = line.lastIndexOf(' ');
            values.put(line.substring(0, at), Double.parseDouble(line.substring(at + 1)));
        });
        return values;
    }

    private double sum(String name) throws Exception {
        return sum(scraped(), name);
    }

    private static double sum(Map<String, Double> values, String name) {
        return values.entrySet().stream()
                .filter(one -> one.getKey().startsWith(name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static String series(String name, double before, double now) {
        boolean counter = name.matches("\\w+_(total|count|sum|bucket).*");
        return "      - {series: '%s', values: '%s'}"
                .formatted(
                        name.replace("'", "''"),
                        counter ? before + "+" + (now - before) + "x30" : before + " " + now + "x29");
    }

    /** The alerts that fire after 25 minutes. */
    private void fires(Map<String, Double> before, Map<String, Double> now, List<String> expected) throws Exception {
        String input = now.entrySet().stream()
                .filter(one -> !one.getValue().isNaN())
                .map(one -> series(one.getKey(), before.getOrDefault(one.getKey(), 0.0), one.getValue()))
                .filter(line -> !line.contains("NaN"))
                .collect(Collectors.joining("\n"));
        String samples = expected.stream()
                .map(name -> "          - {labels: '{alertname=\"%s\"}', value: 1}".formatted(name))
                .collect(Collectors.joining("\n"));
        Path test = Files.writeString(directory.resolve("real-test.yaml"), """
                rule_files: [%s]
                evaluation_interval: 1m
                tests:
                  - interval: 1m
                    input_series:
                %s
                    promql_expr_test:
                      - expr: count by (alertname) (ALERTS{alertstate="firing"})
                        eval_time: 25m
                        exp_samples:%s
                """.formatted(
                        Path.of("docs/monitoring/alerts.yaml").toAbsolutePath(),
                        input,
                        samples.isEmpty() ? " []" : "\n" + samples));
        Process promtool = new ProcessBuilder(PROMTOOL.toString(), "test", "rules", test.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(promtool.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, promtool.exitValue(), said);
    }

    @Test
    @DisplayName("I16: a job that is well sets off no alert")
    void well() throws Exception {
        try (TestBed bed = new TestBed(directory.resolve("run"))) {
            bed.simulator().list("inntekt").generate(20, 20, 1, 0);
            bed.set("management.port", Integer.toString(port))
                    .set("maskinporten.key-expires", in(200))
                    .start()
                    .untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> sum("delingsruter_delivered_total") == 20);
            Map<String, Double> before = scraped();
            bed.simulator().list("inntekt").publishNew();
            bed.untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> sum("delingsruter_delivered_total") == 21);
            fires(before, scraped(), List.of());
        }
    }

    @Test
    @DisplayName(
            "I16: refused for every lookup, an event parked, a lookup that waits, and a key that ends soon, each set off theirs")
    void troubled() throws Exception {
        try (TestBed bed = new TestBed(directory.resolve("run"))) {
            bed.simulator().list("inntekt").generate(20, 20, 1, 0);
            bed.set("management.port", Integer.toString(port))
                    .set("maskinporten.key-expires", in(5))
                    .start()
                    .untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> sum("delingsruter_delivered_total") == 20);
            bed.simulator()
                    .faults()
                    .add("{match: {identifikator: \"01810012345\"}, action: {type: status, status: 400}}\n");
            Map<String, Double> before = scraped();
            bed.simulator().list("inntekt").publish("01810012345", "2024-03");
            await().atMost(A_MINUTE).until(() -> bed.count("parked") == 1);
            bed.simulator().faults().add("{match: {call: lookup}, action: {type: status, status: 403}}");
            for (int i = 0; i < 10; i++) {
                bed.simulator().list("inntekt").publishNew();
            }
            await().atMost(A_MINUTE).until(() -> bed.application().alerts().standstill());
            Map<String, Double> between = scraped();
            String listAnswers = "delingsruter_call_seconds_count{answer=\"2xx\"";
            Map<String, Double> now = new LinkedHashMap<>();
            await().atMost(A_MINUTE).until(() -> {
                // Each try puts one of them off
                bed.jdbc()
                        .update(
                                "update lookup_state set due_at = dateadd(hour, -2, current_timestamp) where due_at is not null");
                now.putAll(scraped());
                return sum(now, "delingsruter_lag_seconds") > 3600
                        && sum(now, "delingsruter_parked{") == 1
                        && sum(now, "delingsruter_in_flight") == 0
                        && sum(now, listAnswers) > sum(between, listAnswers);
            });
            between.putAll(Map.of(
                    "delingsruter_parked{organisation=\"self\",service=\"inntekt\"}",
                    before.get("delingsruter_parked{organisation=\"self\",service=\"inntekt\"}")));
            fires(
                    between,
                    now,
                    List.of(
                            "DelingsruterBehind",
                            "DelingsruterKeyExpiresWithinAMonth",
                            "DelingsruterKeyExpiresWithinAWeek",
                            "DelingsruterParked",
                            "DelingsruterStandsStill"));
        }
    }

    private static String in(int days) {
        return LocalDate.now(ZoneOffset.UTC).plusDays(days).toString();
    }
}

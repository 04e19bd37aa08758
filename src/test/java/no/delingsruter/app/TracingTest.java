package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import no.delingsruter.observation.Spans;
import no.delingsruter.simulator.data.EventView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Spans tell of polls, lookups, calls and deliveries, and of no person")
class TracingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int EVENTS = 40;
    /** Steps whose endpoint, log line and exception name the person. */
    private static final String OWN_STEPS = """
            - route:
                id: own
                from:
                  uri: direct:own
                  steps:
                    - log:
                        message: "${header.identifikator}"
                    - toD:
                        uri: "file:DIRECTORY?fileName=${header.identifikator}"
                    - choice:
                        when:
                          - expression:
                              simple:
                                expression: "${header.identifikator} == 'UNLUCKY'"
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalStateException
                                  message: "no place for ${header.identifikator}"
            """;

    @TempDir
    Path directory;

    @AfterEach
    void forget() {
        GlobalOpenTelemetry.resetForTest();
    }

    @Test
    @DisplayName(
            "I8: every name, attribute and event of a whole run's spans, with failures and steps that name the person")
    void wholeRun() throws IOException {
        InMemorySpanExporter exported = InMemorySpanExporter.create();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exported))
                        .build();
                TestBed bed = new TestBed(directory)) {
            OpenTelemetrySdk telemetry =
                    OpenTelemetrySdk.builder().setTracerProvider(provider).build();
            GlobalOpenTelemetry.set(telemetry);
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 5, 0);
            bed.simulator()
                    .faults()
                    .add("{name: some, match: {call: lookup, first: 3}, action: {type: status, status: 500}}");
            bed.simulator()
                    .faults()
                    .add("{name: list, match: {call: list, first: 1}, action: {type: status, status: 503}}");
            Set<String> persons = persons(bed);
            Files.writeString(
                    bed.routes().resolve("own.camel.yaml"),
                    OWN_STEPS
                            .replace("DIRECTORY", directory.resolve("own").toString())
                            .replace("UNLUCKY", persons.iterator().next()));
            bed.set("delivery.endpoints", "direct:database,direct:own")
                    .set("lookup.tries", "2")
                    .start();
            await().atMost(PATIENCE).until(() -> bed.count("result") >= EVENTS - 1);

            List<SpanData> spans = exported.getFinishedSpanItems();
            List<SpanData> lookups = named(spans, "lookup inntekt");
            List<SpanData> done = having(lookups, span -> "delivered".equals(value(span, Spans.OUTCOME)));
            assertTrue(done.size() >= EVENTS - 1, done.size() + " of " + lookups.size());
            for (SpanData span : done) {
                assertEquals("inntekt", value(span, Spans.SERVICE));
                assertEquals("self", value(span, Spans.ORGANISATION));
                assertEquals("/v1/{rettighetspakke}/{identifikator}/inntekter", value(span, Spans.TEMPLATE));
                assertTrue(value(span, Spans.KORRELASJONSID).length() == 36, span.toString());
            }
            assertTrue(
                    having(done, span -> number(span, Spans.STATUS) == 200).size() >= EVENTS - 3,
                    "a lookup whose delivery failed has its answer from before");
            List<SpanData> failed = having(lookups, span -> "busy".equals(value(span, Spans.ERROR)));
            assertEquals(
                    List.of(500L, 500L, 500L),
                    failed.stream().map(span -> number(span, Spans.STATUS)).toList());
            assertFalse(having(lookups, span -> "IllegalStateException".equals(value(span, Spans.ERROR)))
                    .isEmpty());
            assertEquals(
                    EVENTS,
                    lookups.stream()
                                    .map(span -> value(span, Spans.KORRELASJONSID))
                                    .distinct()
                                    .count()
                            - 3);

            List<SpanData> polls = named(spans, "poll inntekt");
            assertEquals("/v1/hendelser", value(polls.get(0), Spans.TEMPLATE));
            assertEquals(503, number(polls.get(0), Spans.STATUS));
            assertEquals("busy", value(polls.get(0), Spans.ERROR));
            assertEquals(
                    EVENTS,
                    polls.stream().mapToLong(span -> number(span, Spans.EVENTS)).sum());
            assertFalse(having(polls, span -> "empty".equals(value(span, Spans.OUTCOME)))
                    .isEmpty());

            Set<String> parents = lookups.stream().map(SpanData::getSpanId).collect(Collectors.toSet());
            List<SpanData> deliveries =
                    having(named(spans, "deliver recipientList"), span -> parents.contains(span.getParentSpanId()));
            assertTrue(deliveries.size() >= EVENTS, deliveries.size() + " deliveries");
            assertFalse(named(spans, "deliver statement").isEmpty());
            assertFalse(named(spans, "call inntekt").isEmpty());

            assertEquals(List.of(), personal(spans, persons));
            Span leak = telemetry.getTracer("control").spanBuilder("GET").startSpan();
            leak.setAttribute(
                    "url.full",
                    bed.simulator().url("inntekt") + "/v1/test/"
                            + persons.iterator().next());
            leak.end();
            leak = telemetry.getTracer("control").spanBuilder("GET").startSpan();
            leak.recordException(new IllegalStateException(
                    "no place for " + persons.iterator().next()));
            leak.end();
            assertEquals(
                    2, personal(exported.getFinishedSpanItems(), persons).size(), "the search finds what is there");
        }
    }

    @Test
    @Tag("crash")
    @EnabledIfSystemProperty(
            named = "seeds",
            matches = "\\d{3,}",
            disabledReason = "two starts with the agent: -Pcrash")
    @DisplayName(
            "I8: what the OpenTelemetry agent sends with deploy/opentelemetry/agent.properties: our spans, and no person; by itself it sends them")
    void agent() throws Exception {
        String sent = byAgent(Path.of("deploy/opentelemetry/agent.properties").toAbsolutePath(), false);
        assertTrue(sent.contains("lookup inntekt") && sent.contains("deliver statement"), "spans of ours");
        assertTrue(sent.contains(Spans.KORRELASJONSID) && sent.contains("/{identifikator}/"), "with what they tell");
        byAgent(Files.writeString(directory.resolve("agent.properties"), "otel.metrics.exporter=none\n"), true);
    }

    /** What an agent sends of a whole run. */
    private String byAgent(Path properties, boolean persons) throws Exception {
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try (TestBed bed = new TestBed(Files.createDirectory(directory.resolve("run-" + persons)))) {
            bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 5, 0);
            Set<String> numbers = persons(bed);
            bed.writeSettings();
            ProcessBuilder command = new ProcessBuilder(List.of(
                    HandedOut.java(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-javaagent:"
                            + Path.of("target/agent/opentelemetry-javaagent.jar")
                                    .toAbsolutePath(),
                    "-Dotel.javaagent.configuration-file=" + properties,
                    "-Dotel.exporter.otlp.endpoint=http://localhost:"
                            + collector.getAddress().getPort(),
                    "-Dotel.bsp.schedule.delay=100",
                    "-Ddelingsruter.config=" + bed.config(),
                    "-Ddelingsruter.routes=" + bed.routes(),
                    "-jar",
                    Path.of("target/delingsruter.jar").toAbsolutePath().toString()));
            try (ChildJob job = new ChildJob(command.directory(bed.directory().toFile()))) {
                await().atMost(PATIENCE)
                        .failFast("ended", () -> !job.alive())
                        .until(() -> bed.simulator().stats().lookups().calls() == EVENTS && !sent.isEmpty());
                assertEquals(0, job.terminate().exitCode(), job.output());
            }
            String all = String.join("\n", sent);
            assertEquals(persons, numbers.stream().anyMatch(all::contains), "whether person numbers were sent");
            return all;
        } finally {
            collector.stop(0);
        }
    }

    private static Set<String> persons(TestBed bed) {
        return IntStream.range(0, EVENTS)
                .mapToObj(bed.simulator().list("inntekt")::event)
                .map(EventView::identifikator)
                .collect(Collectors.toSet());
    }

    /** Spans that hold a person's number or an address, wherever. */
    private static List<String> personal(List<SpanData> spans, Set<String> persons) {
        List<String> found = new ArrayList<>();
        for (SpanData span : spans) {
            StringBuilder all =
                    new StringBuilder(span.getName()).append(span.getStatus().getDescription());
            span.getAttributes()
                    .forEach((key, value) ->
                            all.append(' ').append(key).append('=').append(value));
            span.getEvents()
                    .forEach(event -> all.append(' ').append(event.getName()).append(event.getAttributes()));
            span.getLinks().forEach(link -> all.append(' ').append(link.getAttributes()));
            if (persons.stream().anyMatch(person -> all.indexOf(person) >= 0) || all.indexOf("://") >= 0) {
                found.add(all.toString());
            }
        }
        return found;
    }

    private static List<SpanData> named(List<SpanData> spans, String name) {
        return having(spans, span -> span.getName().equals(name));
    }

    private static List<SpanData> having(List<SpanData> spans, Predicate<SpanData> what) {
        return spans.stream().filter(what).toList();
    }

    private static String value(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    private static long number(SpanData span, String attribute) {
        Long value = span.getAttributes().get(AttributeKey.longKey(attribute));
        return value == null ? 0 : value;
    }
}

package no.delingsruter.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.count.Counters;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.data.Hendelse;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.simulator.fault.Faults;
import no.delingsruter.simulator.fault.Rule;
import no.delingsruter.simulator.maskinporten.Maskinporten;

/** The addresses under /simulator/: looking into the simulator and changing it while it runs. */
public final class Control {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final World world;
    private final CurrentAnswers current;
    private final Faults faults;
    private final Counters counters;
    private final Latencies latencies;
    private final Maskinporten maskinporten;

    public Control(
            World world,
            CurrentAnswers current,
            Faults faults,
            Counters counters,
            Latencies latencies,
            Maskinporten maskinporten) {
        this.world = world;
        this.current = current;
        this.faults = faults;
        this.counters = counters;
        this.latencies = latencies;
        this.maskinporten = maskinporten;
    }

    void handle(HttpServerRequest request, Buffer body) {
        try {
            Object result = call(request, body.toString());
            if (result == null) {
                reply(request, 404, Map.of("error", "There is no " + request.method() + " " + request.path()));
            } else {
                reply(request, 200, result);
            }
        } catch (IllegalArgumentException e) {
            reply(request, 400, Map.of("error", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            reply(request, 400, Map.of("error", "The body is no JSON"));
        }
    }

    private static void reply(HttpServerRequest request, int status, Object what) {
        try {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(what)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object call(HttpServerRequest request, String body) throws IOException {
        String what = request.method() + " " + request.path().substring("/simulator/".length());
        return switch (what) {
            case "GET stats" -> counters.stats(faults.stats());
            case "POST stats/reset" -> done(counters::reset);
            case "GET trace" -> counters.changes();
            case "POST trace" -> done(() -> counters.trace(!"false".equals(request.getParam("on"))));
            case "GET faults" -> faults.stats();
            case "POST faults" ->
                Map.of("added", faults.add(body).stream().map(Rule::name).toList());
            case "DELETE faults" ->
                done(() -> {
                    if (request.getParam("name") == null) {
                        faults.clear();
                    } else {
                        faults.remove(request.getParam("name"));
                    }
                });
            case "GET events" -> events();
            case "POST publish" -> publish(JSON.readTree(body));
            case "POST generate" -> generate(JSON.readTree(body));
            case "POST keys" -> keys(JSON.readTree(body));
            case "POST latency" -> latency(JSON.readTree(body));
            case "DELETE tokens" -> done(maskinporten.tokens()::forgetAll);
            case "GET current" ->
                current.of(
                        needed(request, "api"),
                        needed(request, "identifikator"),
                        request.getParam("gjelderPeriode"),
                        request.getParam("stadie"),
                        "xml".equals(request.getParam("format")) ? Format.XML : Format.JSON);
            default -> null;
        };
    }

    private static Map<String, Object> done(Runnable what) {
        what.run();
        return Map.of("done", true);
    }

    private static String needed(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        if (value == null) {
            throw new IllegalArgumentException("The parameter " + name + " is missing");
        }
        return value;
    }

    private Object events() {
        Map<String, Object> summary = new LinkedHashMap<>();
        for (EventLog log : world.logs().values()) {
            if (log.size() > 0) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("events", log.size());
                one.put("firstSekvensnummer", log.firstNumber());
                one.put("lastSekvensnummer", log.lastNumber());
                summary.put(log.api().id(), one);
            }
        }
        return summary;
    }

    private Object publish(JsonNode body) {
        List<Long> numbers = new ArrayList<>();
        EventLog log = world.log(body.path("list").asText());
        for (JsonNode e : body.has("hendelser")
                ? body.get("hendelser")
                : JSON.createArrayNode().add(body)) {
            String type = e.path("hendelsetype").asText(null);
            numbers.add(log.publish(new Hendelse(
                    e.path("identifikator").asText(null),
                    e.path("gjelderPeriode").asText(null),
                    type == null ? null : Hendelsetype.valueOf(type.toUpperCase(Locale.ROOT)),
                    e.path("sekvensnummer").asLong(),
                    0,
                    e.path("nyIdentifikator").asText(null))));
        }
        return Map.of("sekvensnummer", numbers);
    }

    private Object generate(JsonNode body) {
        EventLog log = world.log(body.path("list").asText());
        int events = body.path("events").asInt();
        log.generate(Generation.of(events, body.path("keys").asInt(Math.max(1, events)))
                .seed(body.path("seed").asLong(1))
                .gaps(body.path("gaps").asDouble())
                .start(body.path("start").asLong())
                .periods(body.path("periods").asInt(1))
                .firstPeriod(body.path("firstPeriod").asText(null))
                .deleted(body.path("deleted").asDouble())
                .identities(body.path("identities").asDouble())
                .shielded(body.path("shielded").asDouble())
                .unknown(body.path("unknown").asDouble()));
        return events();
    }

    private Object keys(JsonNode body) {
        EventLog log = world.log(body.path("list").asText());
        String identifikator = body.path("identifikator").asText();
        String period = body.path("gjelderPeriode").asText(null);
        if (body.has("shielded")) {
            log.shield(identifikator, period, body.get("shielded").asBoolean());
        }
        if (body.has("unknown")) {
            log.hide(identifikator, period, body.get("unknown").asBoolean());
        }
        return Map.of("done", true);
    }

    private Object latency(JsonNode body) {
        String kind = body.path("call").asText(null);
        latencies.set(
                body.path("api").asText(null),
                kind == null ? null : Call.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                Latency.parse(body.path("latency").asText()));
        return Map.of("done", true);
    }
}

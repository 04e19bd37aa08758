package no.delingsruter.simulator.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Exchange;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.count.Counters;
import no.delingsruter.simulator.fault.FaultAction;
import no.delingsruter.simulator.fault.Faults;
import no.delingsruter.simulator.fault.Rule;
import no.delingsruter.simulator.maskinporten.Maskinporten;
import no.delingsruter.simulator.maskinporten.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every call: counts it, decides what the answer is or what goes wrong, and answers when its latency has passed. Runs on one event loop. */
public final class Front {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    private final Vertx vertx;
    private final World world;
    private final Maskinporten maskinporten;
    private final Faults faults;
    private final Counters counters;
    private final Latencies latencies;
    private final Control control;
    private final Fiks fiks;
    private final Router router;
    private final ListAnswers lists;
    private final FeedAnswers feeds;
    private final RecordAnswers records;
    private final RegisterAnswers registers;
    private final LookupAnswers lookups;
    private final BulkAnswers bulk;

    public Front(
            Vertx vertx,
            World world,
            Maskinporten maskinporten,
            Faults faults,
            Counters counters,
            Latencies latencies,
            Control control,
            Fiks fiks,
            int defaultAntall,
            int maxAntall) {
        this.vertx = vertx;
        this.world = world;
        this.maskinporten = maskinporten;
        this.faults = faults;
        this.counters = counters;
        this.latencies = latencies;
        this.control = control;
        this.fiks = fiks;
        router = new Router(world.catalogue());
        lists = new ListAnswers(world, defaultAntall, maxAntall);
        feeds = new FeedAnswers(world);
        records = new RecordAnswers(world);
        registers = new RegisterAnswers(world);
        lookups = new LookupAnswers(world);
        bulk = new BulkAnswers(lookups, counters);
    }

    public void handle(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        if (path.startsWith("/simulator/")) {
            request.bodyHandler(body -> control.handle(request, body));
        } else if (path.startsWith("/maskinporten/")) {
            token(request);
        } else {
            Call call = router.route(request);
            if (call == null) {
                request.response()
                        .setStatusCode(404)
                        .putHeader("Content-Type", "text/plain")
                        .end("404 NOT FOUND");
            } else {
                api(call);
            }
        }
    }

    private void token(HttpServerRequest request) {
        boolean known =
                request.path().equals("/maskinporten/token") && request.method().equals(HttpMethod.POST);
        Call call = new Call(
                request, known ? Call.Kind.TOKEN : Call.Kind.OTHER, "maskinporten", null, null, "token", Map.of());
        Exchange exchange = new Exchange(vertx, call, counters);
        request.bodyHandler(body -> {
            if (known) {
                answer(exchange, () -> maskinporten.token(request.getHeader("Content-Type"), body.toString()));
            } else {
                exchange.send(Answer.of(404, "text/plain", "404 NOT FOUND"));
            }
        });
    }

    private void api(Call call) {
        Tokens.Token token = maskinporten.tokens().find(call.headers().get("Authorization"));
        if (token != null) {
            call.caller(token.organisation(), token.scope());
        }
        counters.korrelasjonsid(call.korrelasjonsid());
        Exchange exchange = new Exchange(vertx, call, counters);
        if (call.operation().equals("bulk")) {
            call.request().bodyHandler(body -> serve(exchange, body));
        } else {
            if (call.kind() == Call.Kind.LOOKUP) {
                counters.lookup(
                        call.lookup().id(),
                        call.identifikator(),
                        call.periode() != null ? call.periode() : call.query("fraOgMed"));
            }
            serve(exchange, null);
        }
    }

    // the answer is made when the call arrives, not when it is sent: what is published while a call is under way is not
    // in its answer
    private void serve(Exchange exchange, Buffer body) {
        Answer answer = safeAnswerOf(exchange.call(), body);
        answer(exchange, () -> answer);
    }

    // a mistake of the simulator's own: say where, but not with what values, which may be personal
    private Answer safeAnswerOf(Call call, Buffer body) {
        try {
            return answerOf(call, body);
        } catch (RuntimeException e) {
            LOG.error(
                    "The simulator failed on a call to {}: {} at {}",
                    call.api(),
                    e.getClass().getName(),
                    e.getStackTrace()[0]);
            return Errors.of(call, Meaning.UNEXPECTED, "Uventet feil");
        }
    }

    private void answer(Exchange exchange, Supplier<Answer> normal) {
        Rule fault = faults.choose(exchange.call(), counters.uptimeMs());
        exchange.later(fault != null && fault.isAtOnce() ? 0 : latencies.next(exchange.call()), () -> {
            if (fault != null) {
                fault.action().answer(new FaultAction.Context(exchange, normal, maskinporten.tokens()));
            } else {
                exchange.send(normal.get());
            }
        });
    }

    private Answer answerOf(Call call, Buffer body) {
        if (call.kind() == Call.Kind.OTHER) {
            return Errors.of(call, Meaning.URL, "Ukjent url benyttet");
        }
        if (Fiks.isAsked(call)) {
            Answer refusal = fiks.refusal(call);
            if (refusal != null) {
                return refusal;
            }
        }
        if (call.scope() == null) {
            return Errors.of(call, Meaning.TOKEN, "Feil i forbindelse med autentisering");
        }
        List<String> scopes =
                call.lookup() != null ? call.lookup().scopes() : call.list().scopes();
        if (!Fiks.isAsked(call) && !scopes.contains(call.scope())) {
            return Errors.of(call, Meaning.ACCESS, "Feil i forbindelse med autorisering");
        }
        String rettighetspakke = call.path("rettighetspakke");
        if (rettighetspakke != null && !world.accepts(call.api(), rettighetspakke)) {
            return Errors.of(call, Meaning.ACCESS, "Ugyldig rettighetspakke for " + call.identifikator());
        }
        if (call.kind() == Call.Kind.LOOKUP) {
            return body != null ? bulk.answer(call, body) : lookups.answer(call);
        }
        return switch (call.list().protocol()) {
            case "feed" -> feeds.answer(call);
            case "records" -> records.answer(call);
            case "register" -> registers.answer(call);
            default -> lists.answer(call);
        };
    }
}

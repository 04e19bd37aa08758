package no.delingsruter.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands as JSON: {@code GET} what they show, {@code POST} what they do. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern OPERATION = Pattern.compile("(?m)^Operation (\\d+):");
    private static final Map<Integer, Integer> STATUS = Map.of(0, 200, 1, 409);

    private final Commands commands;
    private final Access access;

    Api(Commands commands, Access access) {
        this.commands = commands;
        this.access = access;
    }

    void mount(Router router) {
        Look.ALL
                .values()
                .forEach(look -> router.get("/api/" + look.path())
                        .blockingHandler(
                                context -> answered(context, Role.READ, visitor -> look(context, look)), false));
        Verb.ALL
                .values()
                .forEach(verb ->
                        router.post("/api/" + verb.path()).blockingHandler(context -> verb(context, verb), false));
        router.get("/api/openapi.yaml")
                .handler(context -> context.response()
                        .putHeader("Content-Type", "application/yaml")
                        .end(PageFiles.text("/page/openapi.yaml")));
        router.route("/api/*").handler(context -> problem(context, 404, "There is nothing at this address."));
    }

    private interface Answer {
        void to(Visitor visitor);
    }

    /** To whoever may ask. What a browser sends by itself is no wish of anybody's: a session does not count here. */
    private void answered(RoutingContext context, Role role, Answer answer) {
        Optional<Visitor> visitor = access.of(context.request(), Optional.empty());
        if (visitor.isEmpty()) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            problem(context, 401, "Send a token: Authorization: Bearer ...");
        } else if (!visitor.get().may(role)) {
            problem(context, 403, Access.needed(role, visitor.get().roles()));
        } else {
            answer.to(visitor.get());
        }
    }

    private void look(RoutingContext context, Look look) {
        try {
            json(context, 200, look.at(commands, context.queryParams()));
        } catch (Look.NotShownException e) {
            problem(context, e.misunderstood ? 400 : 503, String.valueOf(e.getMessage()));
        }
    }

    private void verb(RoutingContext context, Verb verb) {
        HttpServerRequest request = context.request();
        // No form of a browser's sends this, nor does a page of somebody else's without being asked
        if (!String.valueOf(request.getHeader("Content-Type")).startsWith("application/json")) {
            problem(context, 415, "Send JSON: Content-Type: application/json.");
            return;
        }
        if (!Browser.isOwn(request)) {
            problem(context, 403, "This comes from another site's page.");
            return;
        }
        JsonNode body = body(context);
        if (body == null) {
            problem(context, 400, "The body is not a JSON object.");
            return;
        }
        answered(context, verb.role(body), visitor -> {
            try {
                Verb.Wish wish = verb.wish(body, visitor);
                said(context, commands.run(wish.arguments(), wish.input()));
            } catch (IllegalArgumentException e) {
                problem(context, 400, String.valueOf(e.getMessage()));
            }
        });
    }

    private static JsonNode body(RoutingContext context) {
        try {
            JsonNode body = JSON.readTree(context.body().buffer().getBytes());
            return body != null && body.isObject() ? body : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static void said(RoutingContext context, Commands.Said said) {
        int status = STATUS.getOrDefault(said.exitCode(), 400);
        String text = said.text().strip();
        if (status != 200) {
            problem(context, status, text);
            return;
        }
        ObjectNode answer = JSON.createObjectNode().put("said", text);
        Matcher operation = OPERATION.matcher(text);
        if (operation.find()) {
            answer.put("operation", Long.parseLong(operation.group(1)));
        }
        try {
            answer = text.startsWith("{") ? (ObjectNode) JSON.readTree(text) : answer;
        } catch (JsonProcessingException | ClassCastException e) {
            // As a sentence, then
        }
        json(context, 200, answer);
    }

    private static void json(RoutingContext context, int status, JsonNode body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", status == 200 ? "application/json" : "application/problem+json")
                .end(body.toString());
    }

    private static void problem(RoutingContext context, int status, String detail) {
        json(context, status, JSON.createObjectNode().put("status", status).put("detail", detail));
    }
}

package no.delingsruter.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** The views: the same things to look at and the same verbs as {@code /api}, for people. Works without JavaScript. */
final class Pages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), "no.delingsruter.page.views");
    private static final Map<String, Map<String, String>> TEXTS = Map.of("nb", texts("nb"), "en", texts("en"));
    private static final Map<String, String> FILES = Map.of(
            "style.css", "text/css; charset=utf-8",
            "icon.svg", "image/svg+xml");
    /** Fields of a form that are none of the verb's. */
    private static final Set<String> OWN = Set.of("form", "verb", "back");

    private final Commands commands;
    private final Access access;
    private final Sessions sessions;
    private final String version;

    Pages(Commands commands, Access access, Sessions sessions) {
        this.commands = commands;
        this.access = access;
        this.sessions = sessions;
        this.version = Optional.ofNullable(Pages.class.getPackage().getImplementationVersion())
                .orElse("-");
    }

    void mount(Router router) {
        Frame.VIEWS.forEach(view -> router.get("/" + (view.equals(Frame.VIEWS.get(0)) ? "" : view))
                .blockingHandler(context -> view(context, view), false));
        FILES.forEach((name, type) -> file(router, name, type, PageFiles.bytes("/page/" + name)));
        file(router, "htmx.js", "text/javascript; charset=utf-8", htmx());
        router.post("/do").blockingHandler(this::done, false);
        router.post("/login").blockingHandler(this::login, false);
        router.post("/logout").blockingHandler(this::logout, false);
    }

    private static void file(Router router, String name, String type, byte[] content) {
        router.get("/" + name)
                .handler(context -> context.response()
                        .putHeader("Content-Type", type)
                        .putHeader("Cache-Control", "max-age=3600")
                        .end(Buffer.buffer(content)));
    }

    private static byte[] htmx() {
        String at = "/META-INF/resources/webjars/htmx.org/";
        try {
            Properties about = new Properties();
            about.load(new StringReader(PageFiles.text("/META-INF/maven/org.webjars.npm/htmx.org/pom.properties")));
            return PageFiles.bytes(at + about.getProperty("version") + "/dist/htmx.min.js");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> texts(String language) {
        try {
            Properties texts = new Properties();
            texts.load(new StringReader(PageFiles.text("/page/" + language + ".properties")));
            Map<String, String> result = new HashMap<>();
            texts.forEach((name, text) -> result.put((String) name, (String) text));
            return Map.copyOf(result);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void view(RoutingContext context, String view) {
        Map<String, String> asked = new TreeMap<>();
        context.queryParams().forEach(one -> asked.put(one.getKey(), one.getValue()));
        Frame frame = frame(context, view, asked);
        if (frame.visitor() == null) {
            stranger(context, frame, "");
            return;
        }
        try {
            Map<String, Object> with = new HashMap<>();
            switch (view) {
                case "overview" -> {
                    with.put("status", look("status"));
                    with.put("instances", look("instances"));
                }
                case "operations" -> {
                    with.put("operations", look("operations"));
                    with.put("status", look("status"));
                }
                case "why", "about" -> with.put("version", version);
                default -> with.put("shown", Look.ALL.get(view).at(commands, context.queryParams()));
            }
            send(context, 200, frame, view, with);
        } catch (Look.NotShownException e) {
            said(context, e.misunderstood ? 400 : 503, frame, String.valueOf(e.getMessage()), view);
        }
    }

    private Object look(String path) {
        return Look.ALL.get(path).at(commands, MultiMap.caseInsensitiveMultiMap());
    }

    /** What a form asks for. */
    private void done(RoutingContext context) {
        MultiMap form = context.request().formAttributes();
        String asked = String.valueOf(form.get("back"));
        String back = Frame.VIEWS.contains(asked) ? asked : Frame.VIEWS.get(0);
        Frame frame = frame(context, back, Frame.nothingAsked());
        Verb verb = Verb.ALL.get(String.valueOf(form.get("verb")));
        ObjectNode fields = JSON.createObjectNode();
        form.forEach(field -> {
            // One form serves several verbs: what is left empty is none of theirs
            if (!OWN.contains(field.getKey()) && !field.getValue().isBlank()) {
                fields.put(field.getKey(), field.getValue());
            }
        });
        if (frame.visitor() == null) {
            stranger(context, frame, "");
        } else if (!isOurs(context)) {
            said(context, 403, frame, frame.t("notours"), back);
        } else if (verb == null) {
            said(context, 400, frame, frame.t("noverb"), back);
        } else if (!frame.visitor().may(verb.role(fields))) {
            said(
                    context,
                    403,
                    frame,
                    Access.needed(verb.role(fields), frame.visitor().roles()),
                    back);
        } else {
            try {
                Verb.Wish wish = verb.wish(fields, frame.visitor());
                Commands.Said said = commands.run(wish.arguments(), wish.input());
                said(
                        context,
                        said.exitCode() == 0 ? 200 : 409,
                        frame,
                        said.text().strip(),
                        back);
            } catch (IllegalArgumentException e) {
                said(context, 400, frame, String.valueOf(e.getMessage()), back);
            }
        }
    }

    private boolean isOurs(RoutingContext context) {
        HttpServerRequest request = context.request();
        return Browser.isOwn(request)
                && sessions.isForm(
                        Browser.session(request, sessions), String.valueOf(request.getFormAttribute("form")));
    }

    private void login(RoutingContext context) {
        Frame frame = frame(context, "login", Frame.nothingAsked());
        String token =
                String.valueOf(context.request().getFormAttribute("token")).strip();
        if (!isOurs(context)) {
            said(context, 403, frame, frame.t("notours"), Frame.VIEWS.get(0));
        } else if (access.byNewToken(context.request(), token).isEmpty()) {
            stranger(context, frame, frame.t("notoken"));
        } else {
            Browser.session(context.request(), sessions.enter(token));
            context.response().setStatusCode(303).putHeader("Location", "./").end();
        }
    }

    private void logout(RoutingContext context) {
        if (isOurs(context)) {
            sessions.leave(Browser.session(context.request(), sessions));
        }
        context.response().setStatusCode(303).putHeader("Location", "./").end();
    }

    private Frame frame(RoutingContext context, String here, Map<String, String> asked) {
        HttpServerRequest request = context.request();
        String session = Browser.session(request, sessions);
        Optional<String> token = sessions.token(session);
        String language = Browser.language(request);
        return new Frame(
                TEXTS.get(language),
                language,
                sessions.form(session),
                access.of(request, token).orElse(null),
                token.isPresent(),
                here,
                asked);
    }

    private void stranger(RoutingContext context, Frame frame, String trouble) {
        send(
                context,
                401,
                frame,
                "login",
                new HashMap<>(Map.of("trouble", trouble, "takesTokens", access.takesTokens())));
    }

    private static void said(RoutingContext context, int status, Frame frame, String text, String back) {
        send(context, status, frame, "said", new HashMap<>(Map.of("text", text, "done", status == 200, "back", back)));
    }

    private static void send(
            RoutingContext context, int status, Frame frame, String template, Map<String, Object> with) {
        with.put("f", frame);
        StringOutput out = new StringOutput();
        TEMPLATES.render(template + ".jte", with, out);
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .end(out.toString());
    }
}

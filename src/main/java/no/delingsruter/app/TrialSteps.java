package no.delingsruter.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import no.delingsruter.app.TrialReport.Kind;
import no.delingsruter.app.TrialReport.Step;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.camel.SkatteetatenEndpoint;
import no.delingsruter.installation.Installation;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.Page;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Notes the message after each step of the routes, and takes the place of every endpoint that something would be sent to. */
final class TrialSteps {
    private static final int LONGEST_NAME = 100;
    private static final Pattern FROM = Pattern.compile("(?:fraSekvensnummer|seq)=(\\d+)");

    private final List<Step> steps = new ArrayList<>();
    private final @Nullable JsonNode page;
    private final byte @Nullable [] answer;
    private final Set<LookupExecution> delivered = new HashSet<>();
    private @Nullable Throwable failed;
    private @Nullable Step leftOut;
    private String leftOutOf = "";

    /**
     * @param page   the event list; null: it is called
     * @param answer of lookups; null: they are called
     */
    TrialSteps(@Nullable JsonNode page, byte @Nullable [] answer) {
        this.page = page;
        this.answer = answer;
    }

    /** Before the routes are there, and after the installation. */
    void attachTo(CamelContext camel) {
        camel.getCamelContextExtension().addInterceptStrategy(this::around);
        camel.getCamelContextExtension().registerEndpointCallback(this::inPlaceOf);
        // One name may have a bean of each type
        camel.getRegistry().unbind(Installation.PREFIX + "json-lines");
        camel.getRegistry().bind(Installation.PREFIX + "json-lines", new Lines());
    }

    synchronized TrialReport report(List<String> standstill) {
        return new TrialReport(List.copyOf(steps), standstill);
    }

    private Processor around(CamelContext context, NamedNode node, Processor target, Processor next) {
        RouteDefinition route = ProcessorDefinitionHelper.getRoute(node);
        if (route == null || route.getTemplateParameters() != null) {
            // A Kamelet's own route is part of the step that uses it
            return target;
        }
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Step at = step(route.getRouteId(), RouteSteps.place(node), name(node), exchange);
                int before = size();
                Page list = exchange.getProperty(Page.PROPERTY, Page.class);
                int asked = list == null ? 0 : list.keys().size();
                return super.process(exchange, done -> {
                    note(at, node, exchange, before, list == null ? "" : asks(list, asked));
                    callback.done(done);
                });
            }
        };
    }

    private synchronized int size() {
        return steps.size();
    }

    private static String asks(Page list, int before) {
        return list.keys().stream()
                .skip(before)
                .map(key -> "asks for lookup "
                        + String.join(
                                " ", key.lookup(), "of", key.identifikator(), key.gjelderPeriode(), key.qualifier()))
                .map(String::strip)
                .collect(Collectors.joining("; "));
    }

    private synchronized void note(Step at, NamedNode node, Exchange exchange, int before, String asks) {
        boolean called = steps.size() > before;
        boolean letsThrough = RouteSteps.LETTING_THROUGH.contains(node.getShortName());
        goesOn(exchange, before);
        Step step;
        if (exchange.getException() != null) {
            if (exchange.getException() == failed) {
                return;
            }
            failed = exchange.getException();
            step = at.as(Kind.FAILED, "failed: " + Logging.cause(failed));
        } else if (called) {
            // What it has called stands behind it, and shows the message
            step = at;
        } else if (letsThrough && !isDelivered(exchange)) {
            step = at.as(Kind.LEFT_OUT, "left out: " + condition(node));
            leftOut = step;
            leftOutOf = exchange.getExchangeId();
        } else if (letsThrough) {
            step = at.as(Kind.PASSED, condition(node));
        } else if (exchange.isRouteStop()) {
            step = at.as(Kind.LEFT_OUT, "left out: the route stops here");
        } else {
            step = step(at.route(), at.place(), at.step(), exchange).as(Kind.PASSED, asks);
        }
        steps.add(called ? before : steps.size(), step);
    }

    private static String condition(NamedNode node) {
        return node instanceof ExpressionNode one
                ? "this does not hold: " + one.getExpression().getExpression()
                : "no branch takes it";
    }

    /** What a filter did not let in is left out only when nothing comes after the filter. */
    private void goesOn(Exchange exchange, int before) {
        int at = leftOut == null ? -1 : steps.indexOf(leftOut);
        if (leftOut != null
                && at >= 0
                && at < before
                && exchange.getExchangeId().equals(leftOutOf)) {
            steps.set(at, leftOut.as(Kind.PASSED, leftOut.said().replaceFirst("^left out: ", "")));
            leftOut = null;
        }
    }

    private static Step step(String route, String place, String what, Exchange exchange) {
        Map<String, String> headers = new TreeMap<>();
        exchange.getMessage().getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        String body = exchange.getMessage().getBody() instanceof Map<?, ?> event
                ? new TreeMap<>(event).toString()
                : exchange.getMessage().getBody(String.class);
        return new Step(Kind.PASSED, route, place, what, "", headers, body == null ? "" : body);
    }

    /** Without parameters, which may be secrets. */
    private static String name(NamedNode node) {
        String label = String.valueOf(node.getLabel());
        String name = label.startsWith(node.getShortName()) ? label : node.getShortName() + " " + label;
        String safe = node instanceof SendDefinition<?> ? name.replaceFirst("\\?.*", "]") : name;
        return safe.length() <= LONGEST_NAME ? safe : safe.substring(0, LONGEST_NAME) + "...";
    }

    private boolean isDelivered(Exchange exchange) {
        return exchange.getProperty(LookupExecution.PROPERTY) instanceof LookupExecution result
                && delivered.contains(result);
    }

    private synchronized void delivered(String to, Exchange exchange) {
        if (exchange.getProperty(LookupExecution.PROPERTY) instanceof LookupExecution result) {
            delivered.add(result);
        }
        steps.add(step(String.valueOf(ExchangeHelper.getRouteId(exchange)), "", "-> " + to, exchange)
                .as(Kind.DELIVERED, "would be delivered; not sent"));
    }

    private Endpoint inPlaceOf(String uri, Endpoint endpoint) {
        if (endpoint instanceof SkatteetatenEndpoint) {
            return new InPlace(endpoint, this::answer, true);
        }
        Sent noted = exchange -> {
            delivered(RouteSteps.withoutSecrets(uri).replaceFirst("^(?!https?:)(\\w+)://", "$1:"), exchange);
            return true;
        };
        return RouteSteps.takes(endpoint.getCamelContext(), uri) ? new InPlace(endpoint, noted, false) : endpoint;
    }

    private boolean answer(Exchange exchange) {
        boolean lookup = exchange.getProperty(LookupExecution.PROPERTY) != null;
        byte[] body = lookup ? answer : page == null ? null : page(page, exchange);
        if (body != null) {
            String type = body.length > 0 && body[0] == '<' ? "application/xml" : Formats.JSON;
            Call.of(exchange).with(new FetchedAnswer("try", 200, type, "try", body, Instant.now()));
        }
        return body != null;
    }

    private static byte[] page(JsonNode events, Exchange exchange) {
        Matcher from = FROM.matcher(String.valueOf(Call.of(exchange).query));
        long first = from.find() ? Long.parseLong(from.group(1)) : 0;
        ArrayNode page = JsonNodeFactory.instance.arrayNode();
        events.forEach(event -> {
            if (event.path("sekvensnummer").asLong(first) >= first) {
                page.add(event);
            }
        });
        String text = inObject(exchange) ? "{\"hendelser\":" + page + "}" : page.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The usual lists' events stand in an object. */
    private static boolean inObject(Exchange exchange) {
        RouteDefinition list = exchange.getContext()
                .getCamelContextExtension()
                .getContextPlugin(Model.class)
                .getRouteDefinition(exchange.getFromRouteId());
        return list == null
                || list.getTemplateParameters() == null
                || ("hendelsesliste-source".equals(list.getTemplateParameters().get("templateId"))
                        && !"none".equals(list.getTemplateParameters().get("items")));
    }

    /** Takes the place of what writes files. */
    public final class Lines {
        /** Called by the route of direct:file. */
        public void append(Exchange exchange) {
            delivered("a line of a file in file.directory", exchange);
        }
    }

    private interface Sent {
        /** @return false when the endpoint itself is to get it */
        boolean to(Exchange exchange);
    }

    /** Checked by its component; opened only when it may get something. */
    private static final class InPlace extends DefaultEndpoint {
        private final Endpoint original;
        private final Sent sent;
        private final boolean opened;

        InPlace(Endpoint original, Sent sent, boolean opened) {
            super(original.getEndpointUri(), null);
            setCamelContext(original.getCamelContext());
            this.original = original;
            this.sent = sent;
            this.opened = opened;
        }

        @Override
        public Producer createProducer() throws Exception {
            Producer through = opened ? original.createProducer() : null;
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) throws Exception {
                    if (!sent.to(exchange)) {
                        Objects.requireNonNull(through).process(exchange);
                    }
                }

                @Override
                protected void doStart() throws Exception {
                    super.doStart();
                    ServiceHelper.startService(through);
                }

                @Override
                protected void doStop() throws Exception {
                    ServiceHelper.stopService(through);
                    super.doStop();
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            return original.createConsumer(processor);
        }

        @Override
        public boolean isSingleton() {
            return original.isSingleton();
        }
    }
}

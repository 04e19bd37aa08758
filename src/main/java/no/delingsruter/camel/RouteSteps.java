package no.delingsruter.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Spans;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Notes how far events and results come in their routes: which route left one out, and whether something has taken a result (I17). An
 * endpoint takes it, unless it only hands it on within the routes or changes it; other steps do not, unless they set the exchange property
 * {@link #TAKEN}.
 */
public final class RouteSteps implements InterceptStrategy {
    /** Exchange property: true when a step that is no endpoint has taken the result. */
    public static final String TAKEN = "taken";

    private static final Set<String> SENDING = Set.of("toD", "recipientList", "routingSlip", "dynamicRouter");
    /** Steps around others: they leave out what they let through to none of these. */
    public static final Set<String> LETTING_THROUGH = Set.of("filter", "choice", "idempotentConsumer");
    /** They hand on what they get to steps that are seen themselves, or do nothing with it. */
    private static final Set<String> HANDING_ON =
            Set.of("direct", "kamelet", "log", "bean", "class", "skatteetaten", "pending-lookup");

    /** Variable: where results go. */
    public static final String ENDPOINTS = "global:delivery.endpoints";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Alerts alerts;
    private final Spans spans;
    /** One for all receivers of a route: what is watched anew is watched in place of the one before. */
    private final Map<String, Activity> receivers = new ConcurrentHashMap<>();

    public RouteSteps(Alerts alerts, Spans spans) {
        this.alerts = alerts;
        this.spans = spans;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode node, Processor target, Processor nextTarget) {
        RouteDefinition definition = ProcessorDefinitionHelper.getRoute(node);
        // A Kamelet's own route is part of the step that uses it
        String route =
                definition == null || definition.getTemplateParameters() != null ? null : definition.getRouteId();
        boolean letsThrough = LETTING_THROUGH.contains(node.getShortName());
        boolean takes = SENDING.contains(node.getShortName())
                || (node.getShortName().equals("to")
                        && node instanceof EndpointRequiredDefinition to
                        && takes(context, to.getEndpointUri()));
        String sendsTo = node.getShortName().equals("to") && node instanceof EndpointRequiredDefinition to
                ? scheme(context, to.getEndpointUri())
                : node.getShortName();
        boolean joins = takes && joins(context, node);
        Activity receiver = takes
                ? receivers.computeIfAbsent(String.valueOf(route), any -> alerts.watch("Receivers of route " + any))
                : null;
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                LookupExecution execution = exchange.getProperty(LookupExecution.PROPERTY, LookupExecution.class);
                if (execution == null) {
                    Page page = route == null ? null : exchange.getProperty(Page.PROPERTY, Page.class);
                    return page == null ? super.process(exchange, callback) : page(page, exchange, callback);
                }
                if (takes && !joins) {
                    try {
                        execution.writeNow();
                    } catch (RuntimeException e) {
                        exchange.setException(e);
                        callback.done(true);
                        return true;
                    }
                }
                int reached = execution.reached(route);
                Activity.Piece piece = receiver == null ? null : receiver.begins();
                Spans.Span span = receiver == null ? Spans.Span.NONE : delivery(execution);
                return super.process(exchange, done -> {
                    if (route != null && exchange.getException() != null) {
                        execution.failed(exchange.getException(), step(route, node, exchange));
                    }
                    if (piece != null) {
                        if (exchange.getException() != null) {
                            span.failed(CallFailedException.kind(exchange.getException()));
                        }
                        span.close();
                        piece.ends();
                        if (!exchange.isFailed()) {
                            execution.take();
                        }
                    } else if (exchange.isRouteStop() || (letsThrough && execution.reached() == reached)) {
                        execution.leaveOut();
                    }
                    callback.done(done);
                });
            }

            private Spans.Span delivery(LookupExecution execution) {
                return spans.begins("deliver " + sendsTo, false)
                        .put(Spans.SERVICE, execution.lookup().key().service())
                        .put(Spans.ORGANISATION, execution.lookup().key().organisation())
                        .put(Spans.OUTCOME, execution.done().text())
                        .put(Spans.RECEIVER, sendsTo)
                        .put(Spans.ROUTE, route);
            }

            private boolean page(Page page, Exchange exchange, AsyncCallback callback) {
                page.reached(Objects.requireNonNull(route));
                return super.process(exchange, done -> {
                    if (exchange.getException() != null) {
                        page.failed(step(route, node, exchange));
                    }
                    callback.done(done);
                });
            }
        };
    }

    /** Whether what takes the result is the store, in the result's own transaction, or steps that are seen themselves. */
    private static boolean joins(CamelContext context, NamedNode node) {
        if (node instanceof RecipientListDefinition<?> list) {
            return ENDPOINTS.equals(list.getExpression().getExpression())
                    && context.getVariable(ENDPOINTS) instanceof List<?> uris
                    && uris.stream().allMatch(uri -> String.valueOf(uri).startsWith("direct:"));
        }
        return node.getShortName().equals("to")
                && node instanceof EndpointRequiredDefinition to
                && context.resolvePropertyPlaceholders(to.getEndpointUri()).startsWith(StatementComponent.SCHEME + ":");
    }

    /** Whether an endpoint keeps what it is sent; by its address, for other interceptors may have wrapped the processor that knows it. */
    public static boolean takes(CamelContext context, String uri) {
        String scheme = scheme(context, uri);
        return !HANDING_ON.contains(scheme) && !changes(context, scheme);
    }

    private static String scheme(CamelContext context, String uri) {
        return context.resolvePropertyPlaceholders(uri).split(":", 2)[0];
    }

    /** Place, route and name of a step, and the endpoint that it sends to without what may be a secret. */
    private static String step(String route, NamedNode node, Exchange exchange) {
        String to = node.getShortName().equals("toD")
                ? exchange.getProperty(Exchange.TO_ENDPOINT, "", String.class).replaceFirst("(://[^/]+)/.*", "$1")
                : node instanceof EndpointRequiredDefinition sending ? sending.getEndpointUri() : "";
        String id = node instanceof OptionalIdentifiedDefinition<?> step && step.hasCustomIdAssigned()
                ? " " + node.getId()
                : "";
        String endpoint = to.isEmpty() ? "" : " " + Logging.masked(withoutSecrets(to));
        return (place(node) + ", route " + route + ", " + node.getShortName() + id + endpoint).replaceFirst("^, ", "");
    }

    /** An endpoint without its parameters and credentials. */
    public static String withoutSecrets(String endpoint) {
        return endpoint.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
    }

    /** File and line of a step; empty where they are not known. */
    public static String place(NamedNode step) {
        String location = step.getLocation();
        return location == null
                ? ""
                : location.replaceFirst("^(file|classpath):", "")
                        + (step.getLineNumber() > 0 ? ":" + step.getLineNumber() : "");
    }

    /** What the component says of itself: it changes or checks a message, and keeps none. */
    private static boolean changes(CamelContext context, String scheme) {
        String about = "META-INF/org/apache/camel/component/" + scheme + "/" + scheme + ".json";
        try (InputStream in = context.getClassResolver().loadResourceAsStream(about)) {
            String label = in == null
                    ? ""
                    : JSON.readTree(in).path("component").path("label").asText();
            return label.contains("transformation") || label.contains("validation");
        } catch (IOException e) {
            return false;
        }
    }
}
